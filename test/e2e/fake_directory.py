"""A directory server (LDAP, RFC 4511) that knows one question: may this name bind with this password?
Postgres asks it, which makes it a judge of passwords that no password file could hold."""

import socket
import threading


def _read_element(data, at=0):
    """Tag, content and the end of a BER element."""
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, at = int.from_bytes(data[at:at + count], "big"), at + count
    return tag, data[at:at + length], at + length


class FakeDirectory:
    """`accepts(name, password)` runs in the server's thread."""

    def __init__(self, accepts):
        self._accepts = accepts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._listener.close()

    def _serve(self):
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer):
        with peer:
            peer.settimeout(30)
            data = b""
            try:
                while chunk := peer.recv(65536):
                    data += chunk
                    while len(data) > 6 and _read_element(data)[2] <= len(data):
                        _, message, end = _read_element(data)
                        data = data[end:]
                        answer = self._answer(message)
                        if answer is None:
                            return
                        peer.sendall(answer)
            except OSError:
                return

    def _answer(self, message):
        _, number, at = _read_element(message)
        tag, operation, _ = _read_element(message, at)
        if tag != 0x60:  # only a bind is answered; an unbind ends
            return None
        _, _, at = _read_element(operation)  # version
        _, name, at = _read_element(operation, at)
        _, password, _ = _read_element(operation, at)
        code = 0 if self._accepts(name.decode(), password.decode()) else 49  # invalidCredentials
        result = bytes([0x0A, 1, code, 0x04, 0, 0x04, 0])
        response = bytes([0x61, len(result)]) + result
        body = bytes([0x02, len(number)]) + number + response
        return bytes([0x30, len(body)]) + body
