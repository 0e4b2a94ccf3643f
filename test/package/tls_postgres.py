"""A throwaway Postgres that takes TLS connections with a password on loopback, and nothing else there."""

import os
import shutil
import socket
import subprocess

import lambda_zip  # noqa: F401  puts the harness on the path
import harness

PASSWORD = "a-password-of-this-test"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)


def make_authority(folder, name):
    """Gives (certificate, key)."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "2", "-subj", f"/CN={name}", "-keyout", key, "-out", certificate)
    return certificate, key


def issue(folder, authority, key, address):
    """A server's certificate for an address; gives (certificate, key)."""
    server_key, request, certificate = (folder / f"server.{end}" for end in ("key", "csr", "pem"))
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", "/CN=postgres", "-addext", f"subjectAltName=IP:{address}",
            "-keyout", server_key, "-out", request)
    openssl("x509", "-req", "-in", request, "-CA", authority, "-CAkey", key, "-CAcreateserial",
            "-days", "2", "-copy_extensions", "copy", "-out", certificate)
    return certificate, server_key


class TlsPostgres(harness.Postgres):
    """With `ca` to trust. `folder` holds the certificates, and outlives the server."""

    def __init__(self, folder):
        self.port = free_port()
        self.ca, key = make_authority(folder, "ca")
        self.other_ca, _ = make_authority(folder, "other-ca")
        certificate, server_key = issue(folder, self.ca, key, "127.0.0.1")
        folder.chmod(0o711)
        certificate.chmod(0o644)
        if os.geteuid() == 0:
            shutil.chown(server_key, "postgres")
        super().__init__({"listen_addresses": "127.0.0.1", "port": str(self.port), "ssl": "on",
                          "ssl_cert_file": str(certificate), "ssl_key_file": str(server_key),
                          "password_encryption": "scram-sha-256"})
        hba = self.data / "pg_hba.conf"
        hba.write_text("local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n")
        self.run("postgres", "SELECT pg_reload_conf()")
        self.run("postgres", f"ALTER ROLE {self.superuser} PASSWORD '{PASSWORD}'")

    def url(self, database, user=None, password=None):
        return super().url(database, user, password) + f"&port={self.port}"

    def tls_url(self, database):
        """Without the password, which is for PGPASSWORD."""
        return f"postgresql://{self.superuser}@127.0.0.1:{self.port}/{database}?sslmode=verify-full"
