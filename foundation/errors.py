"""The tree of refusals, free of HTTP.

FacilityError
├── NotFound       there is no such thing
├── Gone           it was there and is no more (a void label)
├── Invalid        the input cannot be read or breaks a rule; ``fields`` names where
├── Forbidden      the actor lacks the role or the scope
├── NotSignedIn    nobody is acting
├── Conflict       somebody was faster, or it exists already
│   └── Stale      the version given is not the current one
├── VersionNeeded  a change without the version it changes
├── Refused        the state of things does not allow it
├── TooMany        too many attempts; ``retry_after`` seconds
├── TooLarge       more was sent than is taken
├── Unavailable    something we stand on is down
└── StartRefused   the program cannot start; the sentence says the mend

Every error carries an English sentence (a msgid) with ``{placeholders}`` and a stable machine-readable ``code``; where
one sentence is not enough, ``findings`` are more of them, each in ``zh`` and ``en``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from foundation.translation import N_, Lang, translate


class FacilityError(Exception):
    """A refusal with a sentence for its reader."""

    code = "error"
    title = N_("It did not work")

    def __init__(
        self,
        text: str,
        /,
        *,
        code: str | None = None,
        fields: Mapping[str, FacilityError] | None = None,
        retry_after: int | None = None,
        findings: Sequence[Mapping[str, str]] = (),
        **params: object,
    ) -> None:
        super().__init__(text.format(**params) if params else text)
        self.text = text
        self.params = params
        self.code = code or type(self).code
        self.fields = dict(fields or {})
        self.retry_after = retry_after
        self.findings = [dict(finding) for finding in findings]

    def message(self, lang: Lang) -> str:
        """The sentence in the reader's language."""
        return translate(lang, self.text, **self.params)


class NotFound(FacilityError):
    """There is no such thing."""

    code = "not_found"
    title = N_("Not found")


class Gone(FacilityError):
    """It was there and is no more."""

    code = "gone"
    title = N_("No longer valid")


class Invalid(FacilityError):
    """The input cannot be read or breaks a rule."""

    code = "invalid"
    title = N_("Please check what you entered")


class Forbidden(FacilityError):
    """The actor lacks the role or the scope."""

    code = "forbidden"
    title = N_("Not allowed")


class NotSignedIn(FacilityError):
    """Nobody is signed in."""

    code = "not_signed_in"
    title = N_("Please sign in")


class Conflict(FacilityError):
    """Somebody was faster, or it exists already."""

    code = "conflict"
    title = N_("Already done or changed")


class Stale(Conflict):
    """The version given is not the current one."""

    code = "stale"


class VersionNeeded(FacilityError):
    """A change came without the version it changes."""

    code = "version_needed"
    title = N_("Version needed")


class Refused(FacilityError):
    """The state of things does not allow it."""

    code = "refused"
    title = N_("Not possible now")


class TooMany(FacilityError):
    """Too many attempts."""

    code = "too_many"
    title = N_("Too many attempts")


class Unavailable(FacilityError):
    """Something we stand on is down."""

    code = "unavailable"
    title = N_("Temporarily unavailable")


class StartRefused(FacilityError):
    """The program cannot start; the sentence says the mend."""

    code = "start_refused"
    title = N_("Cannot start")


class TooLarge(FacilityError):
    """More was sent than is taken."""

    code = "too_large"
    title = N_("Too large")
