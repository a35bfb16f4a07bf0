"""MongoDB: one module a collection family, its indexes beside its queries. The only importer of Motor."""
