"""Official documents (公文): what one says, as a pure layout, and the two files that are made of it."""
