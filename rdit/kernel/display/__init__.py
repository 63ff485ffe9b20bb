"""Display: a value as text and MIME bundle; figures, charts, animations, IPython's protocol."""
