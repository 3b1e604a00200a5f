import CMath
import COpenBLAS
import Glibc

/// A number that networks compute with: `Double`, or `Float` for `"precision": "float32"`.
///
/// The functions are the C library's for that width; the product is OpenBLAS's.
public protocol Scalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
    /// eˣ.
    static func exp(_ x: Self) -> Self
    /// eˣ − 1, exact near 0.
    static func expm1(_ x: Self) -> Self
    /// The natural logarithm.
    static func log(_ x: Self) -> Self
    /// log(1 + x), exact near 0.
    static func log1p(_ x: Self) -> Self
    /// The hyperbolic tangent.
    static func tanh(_ x: Self) -> Self
    /// xʸ.
    static func pow(_ x: Self, _ y: Self) -> Self
    /// √x, exactly rounded as `squareRoot()` is, and fast in a loop.
    static func root(_ x: Self) -> Self
    /// 1 − erf(x), exact for large x.
    static func erfc(_ x: Self) -> Self

    /// `c ← op(a) · op(b)`, all row-major: c is rows × columns, the sum runs over `inner`.
    static func multiply(
        rows: Int, columns: Int, inner: Int,
        _ a: UnsafePointer<Self>, stride aStride: Int, transposed aTransposed: Bool,
        _ b: UnsafePointer<Self>, stride bStride: Int, transposed bTransposed: Bool,
        into c: UnsafeMutablePointer<Self>, stride cStride: Int)
}

extension Double: Scalar {
    public static func exp(_ x: Double) -> Double { Glibc.exp(x) }
    public static func expm1(_ x: Double) -> Double { Glibc.expm1(x) }
    public static func log(_ x: Double) -> Double { Glibc.log(x) }
    public static func log1p(_ x: Double) -> Double { Glibc.log1p(x) }
    public static func tanh(_ x: Double) -> Double { Glibc.tanh(x) }
    public static func pow(_ x: Double, _ y: Double) -> Double { Glibc.pow(x, y) }
    @inlinable public static func root(_ x: Double) -> Double { square_root(x) }
    public static func erfc(_ x: Double) -> Double { Glibc.erfc(x) }

    public static func multiply(
        rows: Int, columns: Int, inner: Int,
        _ a: UnsafePointer<Double>, stride aStride: Int, transposed aTransposed: Bool,
        _ b: UnsafePointer<Double>, stride bStride: Int, transposed bTransposed: Bool,
        into c: UnsafeMutablePointer<Double>, stride cStride: Int
    ) {
        cblas_dgemm(
            CblasRowMajor,
            aTransposed ? CblasTrans : CblasNoTrans, bTransposed ? CblasTrans : CblasNoTrans,
            Int32(rows), Int32(columns), Int32(inner),
            1, a, Int32(aStride), b, Int32(bStride), 0, c, Int32(cStride))
    }
}

extension Float: Scalar {
    public static func exp(_ x: Float) -> Float { Glibc.expf(x) }
    public static func expm1(_ x: Float) -> Float { Glibc.expm1f(x) }
    public static func log(_ x: Float) -> Float { Glibc.logf(x) }
    public static func log1p(_ x: Float) -> Float { Glibc.log1pf(x) }
    public static func tanh(_ x: Float) -> Float { Glibc.tanhf(x) }
    public static func pow(_ x: Float, _ y: Float) -> Float { Glibc.powf(x, y) }
    @inlinable public static func root(_ x: Float) -> Float { square_rootf(x) }
    public static func erfc(_ x: Float) -> Float { Glibc.erfcf(x) }

    public static func multiply(
        rows: Int, columns: Int, inner: Int,
        _ a: UnsafePointer<Float>, stride aStride: Int, transposed aTransposed: Bool,
        _ b: UnsafePointer<Float>, stride bStride: Int, transposed bTransposed: Bool,
        into c: UnsafeMutablePointer<Float>, stride cStride: Int
    ) {
        cblas_sgemm(
            CblasRowMajor,
            aTransposed ? CblasTrans : CblasNoTrans, bTransposed ? CblasTrans : CblasNoTrans,
            Int32(rows), Int32(columns), Int32(inner),
            1, a, Int32(aStride), b, Int32(bStride), 0, c, Int32(cStride))
    }
}
