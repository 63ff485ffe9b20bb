"""rdit opens a plain Python script in the browser and runs it statement by statement."""

__version__ = "0.1.0"
