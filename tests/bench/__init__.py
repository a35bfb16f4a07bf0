"""What Parlour reaches beside the bare library it is built on, both measured in the same run.

Each part is one module with `measure(site, effort)`: `echo`, `fanout`, `memory`, `settle`, `presence`, `log` and
`profile`.
"""
