"""The tree of commands and options as click has it: for help, mistakes, completion, and what is not a usual start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .. import __version__
from .list_servers import list_servers
from .open_script import open_script
from .options import OPTIONS, Option, Options
from .print_url import print_url
from .rich_help import RichHelpCommand
from .stop_servers import stop_servers
from .terminal import refuse

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

EXAMPLES = """
**Examples**

- `rdit analysis.py`: open a script.

- `rdit analysis.py -- --fast data.csv`: with arguments for the script, as its `sys.argv[1:]`.

- `rdit --python .venv/bin/python analysis.py`: run it in this interpreter.

- `rdit --no-browser --port 9000 analysis.py`: on a machine that you reach through SSH.

- `rdit`: start with an empty, unsaved buffer.

- `rdit ./list`: open a script that is named like a command.
"""


def _complete_first_word(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what a shell offers where a script is named: the commands that fit, and its own completion of files."""
    from click.shell_completion import CompletionItem  # late: only a shell asks

    return [*ctx.command.shell_complete(ctx, incomplete), CompletionItem(incomplete, type="file")]


def _option(row: Option) -> click.Option:
    """Return click's option for a row of the table."""
    return click.Option(
        [row.name],
        metavar=row.metavar,
        is_flag=row.metavar is None,
        default=None if row.default == () else row.default,
        show_default=bool(row.default),
        multiple=row.default == (),
        type=None if row.highest is None else click.IntRange(0, row.highest),
        help=row.help,
    )


SCRIPT = click.Argument(["script"], required=False, shell_complete=_complete_first_word)


class ScriptGroup(RichHelpCommand, click.Group):
    """A group that opens a script, unless the first word is the name of one of its commands."""

    allow_extra_args = False
    allow_interspersed_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words up to `--`, behind which all is the script's; leave those of a command to the command."""
        if args and args[0] in self.commands:
            super().parse_args(ctx, [])
            ctx.args = args
            return args
        end = args.index("--") if "--" in args else len(args)
        ctx.params["arguments"] = tuple(args[end + 1 :])
        return super().parse_args(ctx, args[:end])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, in a context without a parent: its usage line has no SCRIPT in it."""
        if not ctx.args:
            return super().invoke(ctx)
        name, *args = ctx.args
        with self.commands[name].make_context(f"{ctx.command_path} {name}", args, **self.context_settings) as own:
            return own.command.invoke(own)


@click.group(
    cls=ScriptGroup,
    params=[SCRIPT, *map(_option, OPTIONS)],
    invoke_without_command=True,
    subcommand_metavar="[-- ARGS…]",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXAMPLES,
)
@click.version_option(__version__, prog_name="rdit", message="%(prog)s %(version)s")
def command(**given: Any) -> int:
    """Open SCRIPT, a plain Python file, in the browser and run it statement by statement.

    What follows `--` are the script's own arguments.
    """
    return open_script(Options(**given))


for subcommand in (list_servers, print_url, stop_servers):
    command.add_command(subcommand)


def run_command(arguments: list[str]) -> int:
    """Read and run a command line; return the exit status."""
    try:
        return int(command.main(arguments, prog_name="rdit", standalone_mode=False))
    except click.UsageError as error:
        reason = error.format_message()
        stop = "" if reason.endswith((".", "?")) else "."
        return refuse(f"{reason}{stop} See {error.ctx.command_path if error.ctx else 'rdit'} --help.")
    except click.Abort:
        return 130
