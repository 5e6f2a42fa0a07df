"""Scripts that complete commands, options and names in a shell, made from the parser itself.

They are static: pressing Tab starts no Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from shlex import quote

from ros1struct.io.catalog import entries

SHELLS = ("bash", "zsh", "fish")


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """Write the script of a shell.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        With commands.
    shell : {"bash", "zsh", "fish"}

    Returns
    -------
    str
    """
    commands = dict(_commands(parser))
    names = [entry.name for entry in entries()]
    if shell == "fish":
        return _fish(parser, commands, names)
    head = "autoload -U +X bashcompinit && bashcompinit\n" if shell == "zsh" else ""
    return head + _bash(parser, commands, names)


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _options(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    return (a for a in parser._actions if a.option_strings and a.help != argparse.SUPPRESS)


def _bash(
    parser: argparse.ArgumentParser,
    commands: dict[str, argparse.ArgumentParser],
    names: list[str],
) -> str:
    cases, choices = [], {}
    for name, command in commands.items():
        flags = [flag for action in _options(command) for flag in action.option_strings]
        takes = any(a.metavar == "COMPLEX" for a in command._actions)
        words = flags + (names if takes else [])
        words += [str(c) for a in command._actions if not a.option_strings for c in a.choices or ()]
        cases.append(f"    {name}) words={quote(' '.join(words))} ;;")
        for action in _options(command):
            if action.choices:
                flag = "|".join(action.option_strings)
                choices[f"{name}:{flag}"] = " ".join(map(str, action.choices))
    first = [*commands, *(f for a in _options(parser) for f in a.option_strings)]
    given = [
        f"    {':'.join((name, flag))}) words={quote(listed)} ;;"
        for key, listed in choices.items()
        for name, flags in [key.split(":", 1)]
        for flag in flags.split("|")
    ]
    return "\n".join(
        [
            "_ros1struct() {",
            "  local here=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=",
            "  local command=${COMP_WORDS[1]}",
            '  if [ "$COMP_CWORD" -eq 1 ]; then',
            f'    COMPREPLY=($(compgen -W {quote(" ".join(first))} -- "$here"))',
            "    return",
            "  fi",
            '  case "$command" in',
            *cases,
            "  esac",
            '  case "$command:$before" in',
            *given,
            "  esac",
            '  COMPREPLY=($(compgen -W "$words" -- "$here"))',
            "}",
            # Files wherever no word fits.
            "complete -o default -F _ros1struct ros1struct",
            "",
        ]
    )


def _fish(
    parser: argparse.ArgumentParser,
    commands: dict[str, argparse.ArgumentParser],
    names: list[str],
) -> str:
    lines = []
    helps = {
        choice.dest: choice.help or ""
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for choice in action._choices_actions
    }
    for name, command in commands.items():
        said = quote(helps.get(name, ""))
        lines.append(f"complete -c ros1struct -n __fish_use_subcommand -a {name} -d {said}")
        where = f"-n '__fish_seen_subcommand_from {name}'"
        for action in _options(command):
            flags = [f"-l {f[2:]}" for f in action.option_strings if f.startswith("--")]
            flags += [f"-s {f[1:]}" for f in action.option_strings if not f.startswith("--")]
            values = f" -x -a {quote(' '.join(map(str, action.choices)))}" if action.choices else ""
            needs = "" if action.nargs == 0 or values else " -r"
            lines.append(
                f"complete -c ros1struct {where} {' '.join(flags)}{values}{needs} "
                f"-d {quote((action.help or '').replace('%(prog)s', 'ros1struct'))}"
            )
        if any(a.metavar == "COMPLEX" for a in command._actions):
            lines.append(f"complete -c ros1struct {where} -a {quote(' '.join(names))}")
    return "\n".join(lines) + "\n"
