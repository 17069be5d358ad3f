"""What the cases share: our programs, and the folders of things they made."""

import json
import pathlib
import subprocess

from cryptography import x509


class World:
    def __init__(self, built, scratch):
        self.acasa = str(built / "acasa")
        self.scratch = pathlib.Path(scratch)
        self.made = self.scratch / "made"
        self.demo = self.scratch / "demo"
        subprocess.run([built / "examples" / "peer_documents", self.made], check=True)
        told = subprocess.run([self.acasa, "demo", "--keep", self.demo], capture_output=True, check=False)
        assert told.returncode == 0, told.stdout.decode() + told.stderr.decode()

    def bytes(self, name):
        return (self.made / name).read_bytes()

    def text(self, name):
        return (self.made / name).read_text()

    def certificate(self, name):
        return x509.load_pem_x509_certificate(self.bytes(name))

    def keep(self, name, content):
        """Writes a file of this run; its path."""
        path = self.scratch / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def run(self, *arguments):
        """Our command line's exit and its answers."""
        ended = subprocess.run([self.acasa, *arguments], capture_output=True, check=False)
        assert ended.returncode in (0, 1), ended.stderr.decode()
        return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()]

    def verify(self, *arguments):
        """Our verdict on one document: the verdict, the document's report, failed checks."""
        code, [answer] = self.run("verify", "--json", *arguments)
        assert (code == 0) == (answer["verdict"] == "valid"), "the exit is the verdict"
        [document] = answer["documents"] or [{"checks": []}]
        failed = {check["check"]: check["detail"] for check in document["checks"] if check["outcome"] == "fail"}
        return answer["verdict"], document, failed


def raises(action):
    """Whether a peer refuses: some say no by an exception, some by their answer."""
    try:
        return action() is False
    except Exception:  # Peers have no common way to refuse.
        return True
