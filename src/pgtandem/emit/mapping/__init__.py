"""What an object-relational mapping of a catalog is written from, in whatever language.

Tables with all that is theirs (`model`), names as a person would choose them (`naming`), the two sides of each foreign
key (`relationships`), columns that count (`counters`), types taken apart (`types`), words about what is left out
(`unsaid`).
"""
