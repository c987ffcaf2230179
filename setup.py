"""Compiles the message catalogues where the package is built or installed; all else is in pyproject.toml."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """Builds the package after compiling each .po file to the .mo file beside it."""

    def run(self) -> None:
        """Compile, then build."""
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for source in Path("src/jsisa_search/locale").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po))
        super().run()


setup(cmdclass={"build_py": BuildWithCatalogues})
