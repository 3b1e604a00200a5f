import CMath
import COpenBLAS

/// What computes the products.
public enum Backend {
    /// The library and its version, as it tells them.
    public static var name: String {
        openblas_get_config().map { String(cString: $0) } ?? "OpenBLAS"
    }
    /// The workers that one large product is shared out to.
    public static var workers: Int { ProductSplit.parts }
    /// The processor whose kernels compute the products: the one at hand, or one like it.
    public static var kernels: String {
        openblas_get_corename().map { String(cString: $0) } ?? "unknown"
    }

    /// The environment variable by which OpenBLAS is told what kernels to take as it is loaded.
    public static let kernelsVariable = "OPENBLAS_CORETYPE"

    /// Kernels that are several times as fast as those that were chosen; nil where these are good.
    ///
    /// A processor that is younger than the library is unknown to it, and gets the kernels of one of
    /// 2004. Those for Haswell run on every one with AVX2 and FMA.
    public static var neglectedKernels: String? {
        kernels == "Prescott" && has_wide_products() ? "Haswell" : nil
    }
}
