// What a request cannot be faster than on one thread: parsing its body with simdjson, the products of
// its passes with OpenBLAS, and printing the numbers of its answer with std::to_chars, each alone.
//
//     floor BODY EXAMPLES UNITS…
//
// prints the milliseconds of each, the median of some runs, and those of the products on all processors.
// UNITS are those of X and of each layer.
#include <cblas.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <vector>

extern "C" void openblas_set_num_threads(int);
extern "C" int openblas_get_num_procs(void);

static double median_ms(const std::function<void()> &work) {
    std::vector<double> times;
    double sum = 0;
    while (times.size() < 3 || (sum < 300 && times.size() < 1000)) {
        auto start = std::chrono::steady_clock::now();
        work();
        std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
        times.push_back(time.count());
        sum += time.count();
    }
    std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
    return times[times.size() / 2];
}

int main(int count, char **arguments) {
    if (count < 5) return 2;
    openblas_set_num_threads(1);
    int m = std::atoi(arguments[2]);
    std::vector<int> units;
    for (int i = 3; i < count; i++) units.push_back(std::atoi(arguments[i]));

    simdjson::padded_string text;
    if (simdjson::padded_string::load(arguments[1]).get(text)) return 1;
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    bool is_parsed = true;
    double parse = median_ms([&] { is_parsed &= parser.parse(text).get(root) == simdjson::SUCCESS; });
    if (!is_parsed) return 1;

    // Examples are rows: Z = A·Wᵀ, dW = dZᵀ·A, dA = dZ·W.
    size_t printed = 0, largest = 0;
    for (size_t i = 1; i < units.size(); i++) {
        size_t weights = size_t(units[i]) * units[i - 1], signal = size_t(units[i]) * m;
        printed += weights + units[i] + 2 * signal;  // dW, db, dZ, dA.
        largest = std::max({largest, weights, signal, size_t(units[i - 1]) * m});
    }
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal(0, 0.01);
    std::vector<double> a(largest), b(largest), c(largest);
    for (double &x : a) x = normal(random);
    for (double &x : b) x = normal(random);
    auto multiply = [&] {
        for (size_t i = 1; i < units.size(); i++) {
            int in = units[i - 1], out = units[i];
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, out, in, 1, a.data(), in, b.data(),
                        in, 0, c.data(), out);
        }
        for (size_t i = units.size() - 1; i > 0; i--) {
            int in = units[i - 1], out = units[i];
            cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, out, in, m, 1, a.data(), out, b.data(),
                        in, 0, c.data(), in);
            if (i == 1) break;
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, in, out, 1, a.data(), out,
                        b.data(), in, 0, c.data(), in);
        }
    };
    double products = median_ms(multiply);
    openblas_set_num_threads(openblas_get_num_procs());
    double products_of_all = median_ms(multiply);

    std::vector<char> out(printed * 26);
    double print = median_ms([&] {
        char *next = out.data();
        for (size_t i = 0; i < printed; i++) {
            next = std::to_chars(next, next + 25, a[i % largest]).ptr;
            *next++ = ',';
        }
    });
    std::printf("%.6f %.6f %.6f %.6f\n", parse, products, print, products_of_all);
}
