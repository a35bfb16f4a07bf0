"""The program that makes previews: `python -m parlour.core.files.maker <job>`, a process of its own for each file.

It reads what strangers made with libraries that were not made for that, and is therefore confined (`confine`) before it
loads any of them. What it says is believed by nobody (`core.files.made`). Each kind has a module,
loaded alone.
"""
