"""Networks of the models of other libraries, and back; each module needs its library."""
