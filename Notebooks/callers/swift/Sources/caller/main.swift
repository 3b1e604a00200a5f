// GRADIENTD_URL=http://127.0.0.1:8080 swift run caller < ../request.json
import Foundation
import GradientClient

struct Answer: Decodable {
    struct Layer: Decodable {
        let dW: [[Double]]
    }
    struct Meaning: Decodable {
        struct Derivative: Decodable {
            let formula: String
        }
        let dW: Derivative
    }
    let layers: [Layer]
    let meaning: Meaning
}

let url = ProcessInfo.processInfo.environment["GRADIENTD_URL"] ?? "http://127.0.0.1:8080"
let request = try FileHandle.standardInput.readToEnd() ?? Data()
let response = try GradientClient(baseURL: url).post("/backward", json: [UInt8](request))
guard response.status == 200 else {
    fatalError(String(decoding: response.body, as: UTF8.self))  // It names the field that is wrong.
}
let answer = try JSONDecoder().decode(Answer.self, from: Data(response.body))
print(answer.meaning.dW.formula)
for (index, layer) in answer.layers.enumerated() {
    print("dW\(index + 1)", layer.dW)
}
