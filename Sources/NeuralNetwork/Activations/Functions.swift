// The functions behind the activations and the losses, in forms that neither overflow nor lose
// digits, however large their argument.

/// 1 / (1 + e⁻ᶻ); at z = −1000 it is 0, never NaN.
func logistic<S: Scalar>(_ z: S) -> S {
    if z >= 0 { return 1 / (1 + S.exp(-z)) }
    let e = S.exp(z)
    return e / (1 + e)
}

/// The slope of the logistic function, σ(z)·σ(−z): exact where 1 − σ(z) would be all rounding.
func logisticSlope<S: Scalar>(_ z: S) -> S {
    let e = S.exp(-abs(z))
    return e / ((1 + e) * (1 + e))
}

/// 1 − tanh²(z), as 4e⁻²ᶻ / (1 + e⁻²ᶻ)².
func tanhSlope<S: Scalar>(_ z: S) -> S {
    4 * logisticSlope(2 * z)
}

/// log(1 + eᶻ).
func softPlus<S: Scalar>(_ z: S) -> S {
    max(z, 0) + S.log1p(S.exp(-abs(z)))
}

/// The normal distribution's Φ(z), exact in its lower tail too.
func normalDistribution<S: Scalar>(_ z: S) -> S {
    S.erfc(-z * S(0.707106781186547524400844362104849)) / 2  // 1/√2
}

/// The normal density, e^(−z²/2) / √(2π).
func normalDensity<S: Scalar>(_ z: S) -> S {
    S.exp(-z * z / 2) * S(0.398942280401432677939946059934382)
}

/// z·σ(2u), u = √(2/π)·(z + 0.044715·z³), which is ½·z·(1 + tanh u) without its cancellation.
func geluByTanh<S: Scalar>(_ z: S) -> S {
    z * logistic(geluExponent(z))
}

/// σ(2u) + z·σ′(2u)·2u′; beyond float's range σ′ is 0 and u′ infinite, and their product 0.
func geluByTanhSlope<S: Scalar>(_ z: S) -> S {
    let exponent = geluExponent(z)
    let exponentSlope = S(1.59576912160573071176) * (1 + 3 * S(0.044715) * z * z)  // 2√(2/π)
    return logistic(exponent) + weighted(logisticSlope(exponent), by: z * exponentSlope)
}

/// 2u of `geluByTanh`.
private func geluExponent<S: Scalar>(_ z: S) -> S {
    S(1.59576912160573071176) * z * (1 + S(0.044715) * z * z)
}

/// z/6 + ½ between 0 and 1, exact near z = −3 too.
func hardLogistic<S: Scalar>(_ z: S) -> S {
    clip(z + 3, 0, 6) / 6
}

/// tanh(log(1 + eᶻ)) = e(e + 2) / (e(e + 2) + 2) with e = eᶻ, or in e⁻ᶻ where that is the smaller.
func tanhOfSoftPlus<S: Scalar>(_ z: S) -> S {
    let e = S.exp(-abs(z))
    return z >= 0
        ? (1 + 2 * e) / (1 + 2 * e * (1 + e)) : e * (e + 2) / (e * (e + 2) + 2)
}

/// The slope of `tanhOfSoftPlus`, 4e(e + 1) / (e(e + 2) + 2)² with e = eᶻ, or the same in e⁻ᶻ.
func tanhOfSoftPlusSlope<S: Scalar>(_ z: S) -> S {
    let e = S.exp(-abs(z))
    let divisor = z >= 0 ? 1 + 2 * e * (1 + e) : e * (e + 2) + 2
    return 4 * e * (1 + e) * (z >= 0 ? e : 1) / (divisor * divisor)
}

/// z, but not below `least` nor above `greatest`. NaN stays NaN.
func clip<S: Scalar>(_ z: S, _ least: S, _ greatest: S) -> S {
    z < least ? least : z > greatest ? greatest : z
}

/// One number up to `kink`, itself included, and another above it. NaN stays NaN.
func step<S: Scalar>(_ z: S, at kink: S = 0, from below: S, to above: S) -> S {
    z > kink ? above : z <= kink ? below : z
}

/// max(z, 0). NaN stays NaN.
func positivePart<S: Scalar>(_ z: S) -> S {
    z <= 0 ? 0 : z
}

/// −1, 0 or 1. NaN stays NaN.
func sign<S: Scalar>(_ z: S) -> S {
    z > 0 ? 1 : z < 0 ? -1 : z
}

/// log cosh z: for large z as |z| + log(1 + e^(−2|z|)) − log 2, for small z as log(1 + t²/(2(1 + t)))
/// with t = eᶻ − 1, as cosh z is 1 to rounding.
func logOfCosh<S: Scalar>(_ z: S) -> S {
    let z = abs(z)
    if z < 1 {
        let t = S.expm1(z)
        return S.log1p(t * t / (2 * (1 + t)))
    }
    return z + S.log1p(S.exp(-2 * z)) - S(0.693147180559945309417232121458177)
}

/// `weight · value`, and 0 where the weight is 0, whatever the value.
@inline(__always)
func weighted<S: Scalar>(_ weight: S, by value: @autoclosure () -> S) -> S {
    weight == 0 ? 0 : weight * value()
}
