"""Two charts that one can point at."""

import plotly.express as px
import plotly.graph_objects as go

gapminder = px.data.gapminder()
latest = gapminder[gapminder.year == 2007]
latest.shape

px.scatter(latest, x="gdpPercap", y="lifeExp", size="pop", color="continent", log_x=True, hover_name="country")

by_continent = gapminder.groupby(["year", "continent"])["pop"].sum().unstack()
by_continent.tail(3)

figure = go.Figure()
for continent in by_continent:
    figure.add_trace(go.Scatter(x=by_continent.index, y=by_continent[continent], name=continent))
figure.update_layout(title="People", height=350)
figure
