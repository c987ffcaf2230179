"""Every exception that jsisa-search raises on purpose, as one tree.

    JsisaSearchError                anything below; catch this one
    ├── PageError                   a saved file could not be read as a release
    │   ├── DecodeError             its bytes are in no known encoding
    │   ├── UnsupportedFormatError  its format has no reader
    │   ├── NotAReleaseError        it is a list of links or a front page, not a release
    │   ├── PageTooLargeError       it exceeds the limits for hostile files
    │   │   └── PageBudgetError     reading it takes more time, lines, parts or memory than one file may
    │   ├── ExtraMissingError       its format needs an extra that is not installed
    │   └── PageFailureError        its reader failed, which is a fault of this program
    ├── ArchiveError                the index folder is not as it should be
    │   ├── IndexNotFoundError      there is no index in that folder
    │   ├── IndexExistsError        there already is one
    │   ├── IndexVersionError       it was made by an incompatible version
    │   ├── IndexDamagedError       a file in it is missing, truncated or altered
    │   ├── IndexLockedError        another process is writing to it
    │   ├── MassRemovalError        an update would remove most of what it has from below a path
    │   ├── ClusterError            the cluster that has it refuses a request
    │   │   └── ClusterDownError    it does not answer now, or not in time
    │   ├── NotOnClusterError       an index on a cluster does not offer that
    │   └── IndexClosedError        it was closed, and used again
    ├── LexiconError                a file of user words or synonyms can't be parsed
    ├── ReleaseNotFoundError        no release of the index, or more than one, has that id or path
    ├── EvidenceError               a passage can't be attested, or a file is no evidence card
    ├── OutputFileError             a file that was asked for can't be written
    ├── BatchError                  a batch is over, or a step of it failed
    └── ArgumentError               an argument is not one of those that are allowed; also a ValueError
        └── QueryError              a date that is none, or a filter that nothing can pass

    CommitWarning                   a warning: an update is in effect, but something after it failed

A message says what happened, where, and what to do about it, in one sentence.
"""

from __future__ import annotations


class JsisaSearchError(Exception):
    """Base class of every error raised by jsisa-search."""


class PageError(JsisaSearchError):
    """A saved file could not be read as a press release; `kind` is a word for why."""

    kind = "unreadable"


class DecodeError(PageError):
    """The bytes of a file are in no known encoding."""

    kind = "no text"


class UnsupportedFormatError(PageError):
    """No reader is known for the format of a file."""

    kind = "unknown format"


class PageTooLargeError(PageError):
    """A file exceeds the limits for hostile input."""

    kind = "too large"


class PageBudgetError(PageTooLargeError):
    """Reading a file takes more time, lines, parts or attributes than one file may."""

    kind = "over budget"


class NotAReleaseError(PageError):
    """A page is a list of releases, a front page or a search result, not a release."""

    kind = "list page"


class ExtraMissingError(PageError):
    """The format of a file needs an extra that is not installed."""

    kind = "extra missing"


class PageFailureError(PageError):
    """The reader of a file failed because of a fault in this package; the file is skipped."""

    kind = "reader failed"


class ArchiveError(JsisaSearchError):
    """The index folder is not as it should be."""


class IndexNotFoundError(ArchiveError):
    """There is no index in the folder."""


class IndexExistsError(ArchiveError):
    """There already is an index in the folder."""


class IndexVersionError(ArchiveError):
    """The index was made by an incompatible version or with other settings."""


class IndexDamagedError(ArchiveError):
    """A file of the index is missing, truncated or altered; `what` says how, without the file's name."""

    def __init__(self, message: str, what: str = "") -> None:
        super().__init__(message)
        self.what = what


class IndexLockedError(ArchiveError):
    """Another process is writing to the index."""


class MassRemovalError(ArchiveError):
    """An update would remove most of the releases below a path; nothing was changed."""


class ClusterError(ArchiveError):
    """The cluster that has the index does not let the user in, or refuses a request."""


class ClusterDownError(ClusterError):
    """The cluster does not answer now, or not in time; the same may work a little later."""


class NotOnClusterError(ArchiveError):
    """An index on a cluster does not offer what was asked for; the message names it."""


class IndexClosedError(ArchiveError):
    """The index was closed, and used again."""


class CommitWarning(UserWarning):
    """An update is in effect, but something after it failed: flushing to disk, or removing old files."""


class LexiconError(JsisaSearchError):
    """A file of user words or synonyms can't be read, or a line of it makes no sense."""


class ReleaseNotFoundError(JsisaSearchError, LookupError):
    """No release of the index, or more than one, has that id or path."""


class EvidenceError(JsisaSearchError):
    """A passage can't be attested, as its file is not what was indexed; or a file is no evidence card."""


class OutputFileError(JsisaSearchError):
    """A file that was asked for can't be written."""


class BatchError(JsisaSearchError):
    """A batch is over, or a step of it failed, so that nothing of it was written."""


class ArgumentError(JsisaSearchError, ValueError):
    """An argument is not one of those that are allowed; the message names it, its value and those."""


class QueryError(ArgumentError):
    """A date that is none, or a filter that nothing can pass."""
