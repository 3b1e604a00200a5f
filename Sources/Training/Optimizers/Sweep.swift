import NeuralNetwork

// One pass over a parameter, its gradient and some of its slots, in place: each number is read and
// written once, and there is nothing in the loop that keeps the compiler from vectorizing it.

/// Calls `f` with each number of a parameter, of its gradient and of a slot.
@inline(__always)
func sweep<S: Scalar>(
    _ parameter: inout Matrix<S>, _ gradient: Matrix<S>, _ slots: inout [Matrix<S>], _ first: Int,
    _ f: (inout S, S, inout S) -> Void
) {
    parameter.withMutableNumbers { theta in
        gradient.withNumbers { g in
            slots[first].withMutableNumbers { a in
                precondition(theta.count == g.count && theta.count == a.count)
                for i in 0..<theta.count { f(&theta[i], g[i], &a[i]) }
            }
        }
    }
}

/// The same with two slots.
@inline(__always)
func sweep<S: Scalar>(
    _ parameter: inout Matrix<S>, _ gradient: Matrix<S>, _ slots: inout [Matrix<S>], _ first: Int,
    _ second: Int, _ f: (inout S, S, inout S, inout S) -> Void
) {
    withNumbers(&parameter, gradient, &slots, first, second) { theta, g, a, b in
        for i in 0..<theta.count { f(&theta[i], g[i], &a[i], &b[i]) }
    }
}

/// Calls `body` with the numbers of a parameter, of its gradient and of two slots, as many of each.
@inline(__always)
func withNumbers<S: Scalar>(
    _ parameter: inout Matrix<S>, _ gradient: Matrix<S>, _ slots: inout [Matrix<S>], _ first: Int,
    _ second: Int,
    _ body: (
        UnsafeMutableBufferPointer<S>, UnsafeBufferPointer<S>, UnsafeMutableBufferPointer<S>,
        UnsafeMutableBufferPointer<S>
    ) -> Void
) {
    parameter.withMutableNumbers { theta in
        gradient.withNumbers { g in
            slots.withUnsafeMutableBufferPointer { slots in
                slots[first].withMutableNumbers { a in
                    slots[second].withMutableNumbers { b in
                        precondition(theta.count == g.count && theta.count == a.count)
                        precondition(theta.count == b.count)
                        body(theta, g, a, b)
                    }
                }
            }
        }
    }
}

/// The same with three slots.
@inline(__always)
func sweep<S: Scalar>(
    _ parameter: inout Matrix<S>, _ gradient: Matrix<S>, _ slots: inout [Matrix<S>], _ first: Int,
    _ second: Int, _ third: Int, _ f: (inout S, S, inout S, inout S, inout S) -> Void
) {
    parameter.withMutableNumbers { theta in
        gradient.withNumbers { g in
            slots.withUnsafeMutableBufferPointer { slots in
                slots[first].withMutableNumbers { a in
                    slots[second].withMutableNumbers { b in
                        slots[third].withMutableNumbers { c in
                            precondition(theta.count == g.count && theta.count == a.count)
                            precondition(theta.count == b.count && theta.count == c.count)
                            for i in 0..<theta.count { f(&theta[i], g[i], &a[i], &b[i], &c[i]) }
                        }
                    }
                }
            }
        }
    }
}
