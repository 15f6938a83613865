"""The site: what students and teachers see, and the recorder, the only writer of grades. Knows no torch."""
