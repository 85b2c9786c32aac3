"""Reading the quality of the work: one's own figures, and a lead's totals."""
