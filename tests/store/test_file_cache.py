import os

from generator.store.file_cache import FileCache


def test_remembers_until_the_file_changes(tmp_path):
    file = tmp_path / "photograph"
    file.write_bytes(b"one")
    memo = FileCache(tmp_path / "memo" / "m.json")
    assert memo.get(file) is None
    memo.set(file, {"digest": "d"})
    memo.save()

    again = FileCache(tmp_path / "memo" / "m.json")
    assert again.get(file) == {"digest": "d"}
    file.write_bytes(b"three")
    assert again.get(file) is None

    memo.set(file, "x")
    status = file.stat()
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert memo.get(file) is None


def test_a_name_that_is_no_text_is_remembered_too(tmp_path):
    """As any name is that a locale without UTF-8 does not know."""
    file = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    file.write_bytes(b"one")
    memo = FileCache(tmp_path / "m.json")
    memo.set(file, "x")
    memo.save()
    assert FileCache(tmp_path / "m.json").get(file) == "x"


def test_a_damaged_memo_is_empty(tmp_path):
    path, file = tmp_path / "m.json", tmp_path / "f"
    file.write_bytes(b"")
    for text in ("", "[]", '{"a"', f'{{"{file}": 3}}'):
        path.write_text(text)
        assert FileCache(path).get(file) is None


def test_a_memo_that_cannot_be_written_is_given_up(tmp_path):
    (tmp_path / "m.json").mkdir()
    memo = FileCache(tmp_path / "m.json")
    memo.set(tmp_path, 1)
    memo.save()
    assert (tmp_path / "m.json").is_dir()
