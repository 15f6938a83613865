"""The room of one student, as staff see them: what they did, what is arranged for them, what is said to them."""
