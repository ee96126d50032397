"""Wire vocabulary that several families of one maker share: refusals and names of events."""
