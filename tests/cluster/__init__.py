"""Tests against a real cluster; `local_cluster.py` starts one."""
