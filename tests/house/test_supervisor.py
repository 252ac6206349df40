"""What ``hezhu run`` says before it starts anything."""

from __future__ import annotations

import socket

from hezhu.config.supervisor import port_problem, run


def test_a_port_in_use_is_named_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        problem = port_problem("127.0.0.1", port)
        assert problem is not None
        assert port in problem
        assert "--port" in problem
        assert run(["--port", port]) == 2
    assert port_problem("127.0.0.1", port) is None


def test_a_port_that_is_no_number_is_refused() -> None:
    assert "HEZHU_PORT='80a'" in (port_problem("127.0.0.1", "80a") or "")
    assert port_problem("127.0.0.1", "70000") is not None
