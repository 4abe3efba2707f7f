"""`aiguillage`: every command, and what becomes of an error (exit 1 failed, 2 wrong use)."""

import errno
import os
import sys
from io import TextIOWrapper

import typer

from app.commands import (
    administration,
    archive,
    articles,
    backup,
    balance,
    calls,
    case,
    contacts,
    databases,
    directory,
    health,
    jira,
    mailboxes,
    mails,
    major,
    messages,
    models,
    phone,
    presence,
    privacy,
    probe,
    profile,
    program,
    purge,
    report,
    review,
    scaled,
    service,
    similar,
    tags,
    training,
    user,
)
from app.commands.common import complain
from cases.errors import AiguillageError, ConfigurationError

app = typer.Typer(
    help="The front door of a public-service helpdesk: mailboxes, phone lines and a form come in, cases come out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # importing rich would double the time of --help
    pretty_exceptions_enable=False,
)

app.command()(service.run)
app.command()(scaled.web)
app.command()(scaled.worker)
app.command()(scaled.connect)
app.command()(health.health)
app.command()(messages.parse)
app.command()(messages.ingest)
app.command()(tags.classify)
app.command()(training.train)
app.command()(training.evaluate)
app.command()(review.review)
app.command()(similar.similar)
app.command()(phone.menu)
app.command()(administration.failed)
app.command()(administration.replay)
app.command()(balance.balance)
app.command()(archive.archive)
app.command()(purge.purge)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(report.report)
app.command()(probe.probe)
app.command()(mails.mails)
app.command()(mailboxes.backfill)
app.add_typer(mailboxes.mailbox, name="mailbox")
app.add_typer(contacts.contact, name="contact")
app.add_typer(models.model, name="model")
app.add_typer(articles.articles, name="articles")
app.add_typer(calls.calls, name="calls")
app.add_typer(case.case, name="case")
app.add_typer(directory.directory, name="directory")
app.add_typer(major.incident, name="incident")
app.add_typer(jira.jira, name="jira")
app.add_typer(presence.presence, name="presence")
app.add_typer(privacy.privacy, name="privacy")
app.add_typer(user.user, name="user")
app.add_typer(databases.db, name="db")
app.add_typer(profile.profile, name="profile")
app.add_typer(program.program, name="program")


def main() -> None:
    """The console script."""
    _speak_utf8()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except ConfigurationError as error:
        for key, cause, mend in error.faults:
            complain(f"{key}: {cause}; {mend}")
        sys.exit(2)
    except AiguillageError as error:
        complain(str(error))
        sys.exit(1)
    except OSError as error:
        if error.errno != errno.EPIPE:  # a reader such as `head` that has had enough is no fault
            complain(f"{error.filename or 'the output'}: {error.strerror or error}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what cannot be written is not tried again
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from store.engine import UNAVAILABLE  # slow to import, and only needed here

        if not isinstance(error, UNAVAILABLE):
            raise
        complain(f"the database does not answer ({str(error).splitlines()[0]}); try again")
        sys.exit(1)


def _speak_utf8() -> None:
    """JSON is UTF-8 whatever the locale (RFC 8259 8.1); what no character set has, as in a file's name, is escaped."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    main()
