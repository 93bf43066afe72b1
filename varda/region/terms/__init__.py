"""Small demo subsets of code systems, typed from common knowledge: what the invented lives need and nothing more.

ICD-10-SE, KVÅ, ATC and NPU are not ours to ship whole; a customer loads its own files.
"""
