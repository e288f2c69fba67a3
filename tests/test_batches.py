from generator.batches import chunks, filled


def test_chunks_follow_one_another_and_the_last_may_be_smaller():
    assert list(chunks("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(chunks((), 2)) == []


def test_a_chunk_is_filled_up_with_its_first():
    assert filled([1, 2], 4) == [1, 2, 1, 1]
    assert filled([1, 2], 2) == [1, 2]
