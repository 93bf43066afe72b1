"""What clinicians do, one package a domain. Domains meet only through their faces; the record reads and writes."""
