"""Which Debian package a file is of, and what that package says of itself."""

import dataclasses
import pathlib
import re
import subprocess


@dataclasses.dataclass(frozen=True, order=True)
class Package:
    name: str
    version: str
    architecture: str
    source: str
    homepage: str
    copyright: pathlib.Path

    @property
    def url(self):
        """As package-url names it."""
        return f"pkg:deb/debian/{self.name}@{self.version}?arch={self.architecture}"

    @property
    def licences(self):
        """Debian's names of them; empty where the copyright file is prose."""
        text = self.copyright.read_text(errors="replace")
        if not text.startswith("Format:"):
            return []
        return sorted(set(re.findall(r"^License: *(\S.*)$", text, re.M)))


class Database:
    """What is installed under a root."""

    def __init__(self, root=pathlib.Path("/")):
        self._root = root

    def _query(self, *arguments):
        return subprocess.run(["dpkg-query", f"--root={self._root}", *arguments],
                              capture_output=True, text=True, check=False).stdout

    def named(self, names):
        """{name: Package}"""
        fields = ("${binary:Package}", "${Package}", "${Version}", "${Architecture}",
                  "${source:Package}", "${Homepage}")
        found = {}
        for line in self._query("-W", "-f", "\t".join(fields) + "\n", *names).splitlines():
            full_name, *values = line.split("\t")
            copyright_file = self._root / "usr/share/doc" / values[0] / "copyright"
            package = Package(*values, copyright=copyright_file)
            found.update({full_name: package, values[0]: package})
        missing = [name for name in names if name not in found]
        if missing:
            raise SystemExit("not installed: " + " ".join(missing))
        return found

    def owners(self, files):
        """{file: Package}. With merged /usr, the database knows many files by their path before it."""
        paths = {file: "/" + str(file.resolve().relative_to(self._root.resolve())) for file in files}
        asked = {known for path in paths.values() for known in (path, path.removeprefix("/usr"))}
        names = {}
        for line in self._query("-S", *sorted(asked)).splitlines():
            owner, _, path = line.partition(": ")
            names["/usr" + path.removeprefix("/usr")] = owner.split(",")[0]
        strays = [path for path in paths.values() if "/usr" + path.removeprefix("/usr") not in names]
        if strays:
            raise SystemExit("no Debian package owns " + " ".join(strays))
        packages = self.named(sorted(set(names.values())))
        return {file: packages[names["/usr" + path.removeprefix("/usr")]]
                for file, path in paths.items()}
