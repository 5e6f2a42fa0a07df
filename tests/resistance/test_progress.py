"""``progress=``: a bar, a function, or nothing; and the rows are the same."""

import pandas as pd
import pytest

import ros1struct as rs


def measured():
    return pd.DataFrame(
        {
            "structure": ["2WGJ", "3LQ8", "2WGJ"],
            "mutation": ["G1163R", "L1157M", "L1157M"],
            "resistant": [1, 0, 0],
        }
    )


CALLS = {
    "scan": lambda **more: rs.scan("2WGJ", ["L1157M", "G1163A"], **more),
    "saturation": lambda **more: rs.saturation("2WGJ", "G1163", **more),
    "evaluate": lambda **more: rs.evaluate(measured(), **more),
}
ROWS = {"scan": 2, "saturation": 19, "evaluate": 3}


@pytest.mark.parametrize("name", CALLS)
def test_a_bar_a_function_or_nothing(name, capsys):
    plain = CALLS[name]()
    assert capsys.readouterr().err == ""
    seen = []
    told = CALLS[name](progress=lambda done, total: seen.append((done, total)))
    assert seen == [(n, ROWS[name]) for n in range(1, ROWS[name] + 1)]
    bar = CALLS[name](progress=True)
    assert f"{name}: 100%" in capsys.readouterr().err
    for other in (told, bar):
        pd.testing.assert_frame_equal(plain, other)
