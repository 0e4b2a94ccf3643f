#!/usr/bin/env python3
"""Makes the zip of a Lambda function: the program as `bootstrap`, with its loader and all libraries.

    lambda_zip.py --program FILE --arch x86_64 --version TEXT --epoch SECONDS --out ZIP
                  [--sysroot DIR] [FILE…]

Amazon Linux 2023 has an older C library than Debian 12, so the program brings its own, and finds
loader and libraries by absolute paths below /var/task, where Lambda unpacks the zip: before
LD_LIBRARY_PATH, which Lambda sets to its own libraries. FILEs (moretta.yaml, a certificate) are put
beside it. The same input gives the same bytes.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

import bill_of_materials
import debian
import elf

TASK_ROOT = "/var/task"
MULTIARCH = {"x86_64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
UNPACKED_BYTES_MAX = 250 * 1024 * 1024  # Lambda's own limit, layers included
ZIPPED_BYTES_MAX = 50 * 1024 * 1024     # by direct upload

# What is inside without being a library: {package: what of it}.
OTHER_PARTS = {"ca-certificates": "ca-certificates.crt", "libcli11-dev": "compiled in"}


def run(*command):
    subprocess.run([str(part) for part in command], check=True)


def strip(architecture, file):
    run(f"{MULTIARCH[architecture]}-strip", "--strip-all", file)


def assemble(arguments, folder):
    """Fills the folder with what the zip is made of; gives {package: what of it is inside}."""
    triplet = MULTIARCH[arguments.arch]
    root = arguments.sysroot
    libraries = elf.closure(arguments.program,
                            [root / "lib" / triplet, root / "usr/lib" / triplet, root / "lib64",
                             root / "lib"])
    loader = pathlib.PurePosixPath(elf.interpreter(arguments.program)).name
    bootstrap, lib = folder / "bootstrap", folder / "lib"
    lib.mkdir()
    shutil.copyfile(arguments.program, bootstrap)
    strip(arguments.arch, bootstrap)
    run("patchelf", "--set-interpreter", f"{TASK_ROOT}/lib/{loader}", bootstrap)
    run("patchelf", "--force-rpath", "--set-rpath", f"{TASK_ROOT}/lib", bootstrap)

    database, inside = debian.Database(root), {}
    owners = database.owners(list(libraries.values()))
    for name, file in sorted(libraries.items()):
        shutil.copyfile(file, lib / name)
        inside.setdefault(owners[file], []).append(name)
    shutil.copyfile(root / "etc/ssl/certs/ca-certificates.crt", folder / "ca-certificates.crt")
    for name, what in OTHER_PARTS.items():
        inside[database.named([name])[name]] = [what]
    return {package: ", ".join(files) for package, files in inside.items()}


def describe(arguments, folder, inside):
    licences = folder / "licenses"
    licences.mkdir()
    for package in inside:
        shutil.copyfile(package.copyright, licences / package.name)
    shutil.copyfile(pathlib.Path(__file__).parents[2] / "LICENSE", licences / "moretta")
    (folder / "sbom.spdx.json").write_text(bill_of_materials.spdx(
        arguments.out.stem, arguments.version, arguments.epoch, inside))


def write_zip(out, folder, epoch):
    moment = time.gmtime(epoch)[:6]
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in files:
            name = str(file.relative_to(folder))
            entry = zipfile.ZipInfo(name, moment)
            entry.create_system = 3  # Unix: the modes below count
            runs = name == "bootstrap" or name.startswith("lib/ld-")
            entry.external_attr = (0o100755 if runs else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    return sum(file.stat().st_size for file in files), len(files)


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--arch", choices=sorted(MULTIARCH), required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--epoch", type=int, required=True, help="the time of every file inside")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--sysroot", type=pathlib.Path, default=pathlib.Path("/"))
    parser.add_argument("beside", nargs="*", type=pathlib.Path, metavar="FILE")
    return parser.parse_args(argv)


def main(argv):
    arguments = parse(argv)
    with tempfile.TemporaryDirectory() as folder_name:
        folder = pathlib.Path(folder_name)
        inside = assemble(arguments, folder)
        describe(arguments, folder, inside)
        for file in arguments.beside:
            if (folder / file.name).exists():
                raise SystemExit(f"{file} would replace {file.name} of the package; rename it")
            shutil.copyfile(file, folder / file.name)
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        unpacked, count = write_zip(arguments.out, folder, arguments.epoch)
    zipped = arguments.out.stat().st_size
    print(f"{arguments.out}: {zipped / 1e6:.1f} MB, {unpacked / 1e6:.1f} MB unpacked in {count} files")
    if unpacked > UNPACKED_BYTES_MAX or zipped > ZIPPED_BYTES_MAX:
        raise SystemExit("that is more than Lambda takes")


if __name__ == "__main__":
    main(sys.argv[1:])
