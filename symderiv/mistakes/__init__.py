"""Which mistake turns the right value into the one that was given.

- `places`: a term with one place of it changed, or all places at once.
- `catalogue`: what a mistake is; `scalars`, `tensors`, `flows`, `probability`: the mistakes, each a few lines that *make* it.
- `forms`: two normal forms side by side: a term missing, a factor, a sign.
- `sieve`: values at two points, so that only the likely ones are proved.
- `diagnosis`: the search, the smallest explanation first; `blocks`: the same for matrices of blocks.

Nothing here decides whether an answer is right: an explanation is given only where key and answer were shown to differ, and only if the
mistake, made on purpose, is proved to give the answer.
"""
