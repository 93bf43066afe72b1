"""One module a kind of search parameter. Each knows how a value is written into the index, how a question about it is
read, and which SQL condition answers it. A new kind is a new module and a line in `plan.KINDS`.
"""
