"""Commands whose help rich-click renders. It is imported when help is asked for: a start has no use for it."""

from __future__ import annotations

import click


class RichHelpCommand(click.Command):
    """A command of click's with rich-click's help."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help that rich-click's own kind of this command has."""
        import rich_click

        rich = (rich_click.RichGroup if isinstance(self, click.Group) else rich_click.RichCommand)(name=self.name)
        vars(rich).update(vars(self))
        rich_ctx = rich_click.RichContext(
            rich,
            info_name=ctx.command_path,
            help_option_names=ctx.help_option_names,
            rich_help_config={"text_markup": "markdown"},
        )
        return rich.get_help(rich_ctx)
