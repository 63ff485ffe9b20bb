"""Display: represent values as text and MIME bundles; figures, charts, animations, IPython's display protocol."""
