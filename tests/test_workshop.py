import tensorflow as tf

from generator import workshop


def test_a_gpus_memory_is_taken_as_it_is_needed(monkeypatch):
    """Without a setting: whatever devices TensorFlow sees are used, and none is filled at once."""
    told = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [f"{kind}:0", f"{kind}:1"])
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", lambda device, on: told.append((device, on)))
    workshop.import_network()
    assert told == [("GPU:0", True), ("GPU:1", True)]
