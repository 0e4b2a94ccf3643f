"""A TCP proxy that breaks connections on purpose, from a seed.

It runs in a thread of the test. What it forwards to is a port of this machine or a socket's path.
"""

import asyncio
import dataclasses
import random
import socket
import struct
import threading

PIECE_BYTES = 16_384
# Closing with this set sends a reset instead of an orderly end.
LINGER_NONE = struct.pack("ii", 1, 0)


@dataclasses.dataclass
class Manners:
    """How the proxy treats connections from now on."""

    cut_rate: float = 0.0      # this share of new connections dies, at a random byte
    cut_bytes_max: int = 20_000
    delay_ms: int = 0          # before each piece, up to so long
    refuse: bool = False       # new connections are reset at once


class Link:
    """One connection and what will happen to it."""

    def __init__(self, writers, bytes_left, is_reset):
        self.writers, self.bytes_left, self.is_reset = writers, bytes_left, is_reset
        self.is_down = False

    def down(self):
        if self.is_down:
            return
        self.is_down = True
        for writer in self.writers:
            if not self.is_reset:
                writer.close()
                continue
            held = writer.get_extra_info("socket")
            if held is not None and held.fileno() >= 0 and held.family == socket.AF_INET:
                held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
            writer.transport.abort()


class FaultProxy:
    """Listens on `port` of 127.0.0.1 until closed."""

    def __init__(self, upstream, seed=1):
        self._upstream = upstream
        self._random = random.Random(seed)
        self._manners = Manners()
        self._links = set()
        self.connections = self.cut = 0
        self._loop = asyncio.new_event_loop()
        self._flowing = None
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        if not started.wait(10):
            raise AssertionError("the proxy did not start")

    def _run(self, started):
        asyncio.set_event_loop(self._loop)
        self._flowing = asyncio.Event()
        self._flowing.set()
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=PIECE_BYTES))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _connect(self):
        if isinstance(self._upstream, int):
            return await asyncio.open_connection("127.0.0.1", self._upstream)
        return await asyncio.open_unix_connection(self._upstream)

    async def _serve(self, reader, writer):
        self.connections += 1
        manners = self._manners
        doomed = self._random.random() < manners.cut_rate
        bytes_left = self._random.randint(1, manners.cut_bytes_max) if doomed else None
        link = Link([writer], bytes_left, self._random.random() < 0.5)
        if manners.refuse:
            link.is_reset = True
            link.down()
            return
        try:
            back_reader, back_writer = await self._connect()
        except OSError:
            link.down()
            return
        link.writers.append(back_writer)
        self._links.add(link)
        try:
            await asyncio.gather(self._pump(link, reader, back_writer),
                                 self._pump(link, back_reader, writer))
        finally:
            link.down()
            self._links.discard(link)

    async def _pump(self, link, reader, writer):
        try:
            while piece := await reader.read(PIECE_BYTES):
                await self._flowing.wait()
                if self._manners.delay_ms:
                    await asyncio.sleep(self._random.uniform(0, self._manners.delay_ms) / 1000)
                if link.bytes_left is not None:
                    piece = piece[:link.bytes_left]
                    link.bytes_left -= len(piece)
                writer.write(piece)
                await writer.drain()
                if link.bytes_left == 0:
                    self.cut += 1
                    break
        except OSError:
            pass
        link.down()

    def _call(self, action):
        """Runs in the proxy's own thread, and has run when this returns."""
        done = threading.Event()

        def act():
            action()
            done.set()

        self._loop.call_soon_threadsafe(act)
        if not done.wait(10):
            raise AssertionError("the proxy does not answer")

    # --- for tests

    def behave(self, **manners):
        self._call(lambda: setattr(self, "_manners", Manners(**manners)))

    def cut_all(self):
        def cut():
            for link in list(self._links):
                link.is_reset = True
                link.down()
                self.cut += 1

        self._call(cut)

    def freeze(self):
        """Nothing moves any more and nothing is closed: a cable was pulled."""
        self._call(self._flowing.clear)

    def thaw(self):
        self._call(self._flowing.set)

    def close(self):
        if self._thread.is_alive():
            self._call(lambda: [link.down() for link in list(self._links)])
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
