"""Identities of vectors and matrices."""

from __future__ import annotations

from tests.laws.draws import Draw, Pair
from tests.laws.language import absolute, det, diag, diagonal, dot, exp, eye, inverse, log, ones, outer, size, total, trace

# --- vectors ------------------------------------------------------------------------------------------------------------


def dot_commutes(d: Draw) -> Pair:
    a, b = d.real(("n",)), d.real(("n",))
    return dot(a, b), dot(b, a)


def dot_as_total(d: Draw) -> Pair:
    shape = (d.one_of("nm"),)
    a, b = d.real(shape), d.real(shape)
    return dot(a, b), total(a * b)


def dot_as_trace(d: Draw) -> Pair:
    a, b = d.real(("n",), 1), d.real(("n",), 1)
    return dot(a, b), trace(outer(b, a))


def norm_of_difference(d: Draw) -> Pair:
    shape = (d.one_of("nm"),)
    a, b = d.real(shape, 1), d.real(shape, 1)
    return dot(a - b, a - b), dot(a, a) - 2 * dot(a, b) + dot(b, b)


def adjoint(d: Draw) -> Pair:
    C, u, x = d.matrix(("n", "m")), d.real(("m",), 1), d.real(("n",), 1)
    return dot(C @ u, x), dot(u, C.T @ x)


def outer_times_vector(d: Draw) -> Pair:
    a, b, c = d.real(("n",), 1), d.real(("m",), 1), d.real(("m",), 1)
    return outer(a, b) @ c, dot(b, c) * a


def transpose_of_outer(d: Draw) -> Pair:
    a, b = d.real(("n",), 1), d.real(("m",), 1)
    return outer(a, b).T, outer(b, a)


def ones_sum(d: Draw) -> Pair:
    x = d.real(("n",))
    return dot(ones("n"), x), total(x)


# --- matrices -----------------------------------------------------------------------------------------------------------


def matrix_distributes(d: Draw) -> Pair:
    A, B, C = d.matrix(), d.matrix(), d.matrix(("n", "m"))
    return (A + B) @ C, A @ C + B @ C


def matrix_associates(d: Draw) -> Pair:
    A, B, x = d.matrix(), d.matrix(("n", "m")), d.real(("m",), 1)
    return (A @ B) @ x, A @ (B @ x)


def transpose_of_product(d: Draw) -> Pair:
    A, B = d.matrix(), d.matrix(("n", "m"))
    return (A @ B).T, B.T @ A.T


def transpose_twice(d: Draw) -> Pair:
    A = d.matrix((d.one_of("nm"), "n"))
    return A.T.T, A


def symmetric_transpose(d: Draw) -> Pair:
    S = d.symmetric()
    return S.T, S


def trace_is_cyclic(d: Draw) -> Pair:
    A, B, C = d.matrix(), d.matrix(("n", "m")), d.matrix(("m", "n"))
    return trace(A @ B @ C), trace(C @ A @ B)


def trace_of_transpose(d: Draw) -> Pair:
    A = d.matrix()
    return trace(A.T), trace(A)


def trace_is_linear(d: Draw) -> Pair:
    A, B, c = d.matrix(), d.matrix(), d.real((), 1)
    return trace(c * A + B), c * trace(A) + trace(B)


def trace_of_identity(d: Draw) -> Pair:
    n = d.one_of("nm")
    return trace(eye(n)), size(n)


def frobenius(d: Draw) -> Pair:
    C = d.matrix(("n", "m"))
    return trace(C.T @ C), total(C * C)


def quadratic_form(d: Draw) -> Pair:
    S, x, m = d.symmetric(), d.real(("n",), 1), d.variable(("n",), "real")
    return dot(x - m, S @ (x - m)), dot(x, S @ x) - 2 * dot(m, S @ x) + dot(m, S @ m)


def quadratic_as_trace(d: Draw) -> Pair:
    S, x = d.matrix(), d.real(("n",), 1)
    return dot(x, S @ x), trace(S @ outer(x, x))


def quadratic_of_transpose(d: Draw) -> Pair:
    A, x = d.matrix(), d.real(("n",), 1)
    return dot(x, A @ x), dot(x, (A + A.T) @ x) / 2


# --- inverses and determinants ------------------------------------------------------------------------------------------


def inverse_cancels(d: Draw) -> Pair:
    A, x = d.regular(), d.real(("n",), 1)
    return inverse(A) @ (A @ x), x


def inverse_in_between(d: Draw) -> Pair:
    A, B, C = d.regular(), d.matrix(), d.matrix(("n", "m"))
    return B @ A @ inverse(A) @ C, B @ C


def inverse_of_product(d: Draw) -> Pair:
    A, B = d.regular(), d.regular()
    return inverse(A @ B), inverse(B) @ inverse(A)


def inverse_of_transpose(d: Draw) -> Pair:
    A = d.regular()
    return inverse(A.T), inverse(A).T


def inverse_of_scaled(d: Draw) -> Pair:
    A, s = d.regular(), d.positive()
    return inverse(s * A), inverse(A) / s


def inverse_of_inverse(d: Draw) -> Pair:
    A = d.regular()
    return inverse(inverse(A)), A


def inverse_of_difference(d: Draw) -> Pair:
    A, B = d.definite(), d.definite()
    return inverse(A) - inverse(B), inverse(A) @ (B - A) @ inverse(B)


def inverse_of_diagonal(d: Draw) -> Pair:
    v = d.positive(("n",))
    return inverse(diag(v)), diag(1 / v)


def inverse_of_sum(d: Draw) -> Pair:
    A, B = d.definite(), d.definite()
    return inverse(A + B) @ A + inverse(A + B) @ B, eye("n")


def precision_weighted_mean(d: Draw) -> Pair:
    A, B = d.one_of(((d.definite(), d.definite()), (d.definite(), eye("n"))))
    x = d.variable(("n",), "real")
    return inverse(inverse(A) + inverse(B)) @ (inverse(A) @ x), B @ inverse(A + B) @ x


def sherman_morrison(d: Draw) -> Pair:
    S, x = d.definite(), d.variable(("n",), "real")
    y = inverse(S) @ x
    return inverse(S + outer(x, x)), inverse(S) - outer(y, y) / (1 + dot(x, y))


def woodbury(d: Draw) -> Pair:
    S, C = d.definite(), d.variable(("n", "m"), "real")
    inner = inverse(eye("m") + C.T @ inverse(S) @ C)
    return inverse(S + C @ C.T), inverse(S) - inverse(S) @ C @ inner @ C.T @ inverse(S)


def push_through(d: Draw) -> Pair:
    C = d.variable(("n", "m"), "real")
    return C @ inverse(eye("m") + C.T @ C), inverse(eye("n") + C @ C.T) @ C


def ridge(d: Draw) -> Pair:
    C, s = d.variable(("n", "m"), "real"), d.variable((), "positive")
    return C @ inverse(C.T @ C + s * eye("m")), inverse(C @ C.T + s * eye("n")) @ C


def determinant_of_product(d: Draw) -> Pair:
    A, B = d.regular(), d.matrix(("n", "n"), 0)
    return det(A @ B), det(A) * det(B)


def determinant_of_transpose(d: Draw) -> Pair:
    A = d.matrix()
    return det(A.T), det(A)


def determinant_of_inverse(d: Draw) -> Pair:
    A = d.regular()
    return det(inverse(A)), 1 / det(A)


def determinant_of_scaled(d: Draw) -> Pair:
    A, s = d.regular(), d.positive()
    return det(s * A), s ** size("n") * det(A)


def log_determinant(d: Draw) -> Pair:
    A, B = d.definite(), d.definite()
    return log(det(A @ inverse(B))), log(det(A)) - log(det(B))


def determinant_of_diagonal(d: Draw) -> Pair:
    v = d.positive(("n",))
    return log(det(diag(v))), total(log(v))


def determinant_of_exp(d: Draw) -> Pair:
    x = d.small(("n",))
    return det(diag(exp(x))), exp(total(x))


def determinant_lemma(d: Draw) -> Pair:
    S, x, y = d.definite(), d.variable(("n",), "real"), d.variable(("n",), "real")
    return det(S + outer(x, y)), det(S) * (1 + dot(y, inverse(S) @ x))


def planar_determinant(d: Draw) -> Pair:
    x, y = d.real(("n",), 1), d.real(("n",), 1)
    return det(eye("n") + outer(x, y)), 1 + dot(x, y)


def sylvester(d: Draw) -> Pair:
    C = d.variable(("n", "m"), "real")
    return det(eye("n") + C @ C.T), det(eye("m") + C.T @ C)


def orthogonal_square(d: Draw) -> Pair:
    Q, x = d.variable(("n", "n"), "orthogonal"), d.real(("n",), 1)
    return d.one_of(((Q.T @ (Q @ x), x), (Q @ Q.T @ x, x), (inverse(Q) @ x, Q.T @ x), (dot(Q @ x, Q @ x), dot(x, x))))


def orthogonal_determinant(d: Draw) -> Pair:
    Q, A = d.variable(("n", "n"), "orthogonal"), d.regular()
    return absolute(det(Q @ A)), absolute(det(A))


# --- diagonal matrices --------------------------------------------------------------------------------------------------


def diagonal_times_vector(d: Draw) -> Pair:
    x, y = d.real(("n",), 1), d.real(("n",), 1)
    return diag(x) @ y, x * y


def diagonal_times_diagonal(d: Draw) -> Pair:
    x, y = d.real(("n",), 1), d.real(("n",), 1)
    return diag(x) @ diag(y), diag(x * y)


def diagonal_times_matrix(d: Draw) -> Pair:
    x, A = d.real(("n",), 1), d.matrix(("n", "m"))
    return diag(x) @ A, outer(x, ones("m")) * A


def trace_of_diagonal(d: Draw) -> Pair:
    x, A = d.real(("n",), 1), d.matrix()
    return trace(A @ diag(x)), dot(diagonal(A), x)


def quadratic_of_diagonal(d: Draw) -> Pair:
    x, v = d.real(("n",), 1), d.positive(("n",), 1)
    return dot(x, inverse(diag(v)) @ x), total(x**2 / v)


def entrywise_quadratic(d: Draw) -> Pair:
    A, x, y = d.matrix(), d.variable(("n",), "real"), d.variable(("n",), "real")
    return dot(x, (A * A) @ y), trace(diag(x) @ A @ diag(y) @ A.T)
