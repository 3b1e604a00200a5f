import JSON
import NeuralNetwork
import Training

/// A setting that a request left out, and whose default Keras or PyTorch have another of.
struct DefaultInForce {
    let pointer: JSONPointer
    let setting: Setting
}

extension NetworkRequest {
    /// Every setting that another library would have taken differently, with what is in force.
    var defaultsInForce: [DefaultInForce] {
        var found: [DefaultInForce] = []
        for layer in layers {
            found += layer.settings.leftOut(layer.declaration.settings, at: layer.pointer)
            found += layer.activation.leftOut(at: layer.pointer.appending("activation"))
        }
        guard let loss else { return found }
        // Of one output the sum is the mean.
        let outputs = targets.map { target in
            options.layout.examplesAreColumns ? target.shape.first : target.shape.last
        }
        return found
            + loss.leftOut(at: JSONPointer.root.appending("loss")).filter {
                $0.setting.name != "outputs" || outputs != 1
            }
    }
}

extension Chosen {
    /// Those of its settings that were left out and that other libraries take differently.
    func leftOut(at pointer: JSONPointer) -> [DefaultInForce] {
        settings.leftOut(choice.settings, at: pointer)
    }
}

extension SettingValues {
    fileprivate func leftOut(
        _ settings: [Setting], at pointer: JSONPointer
    ) -> [DefaultInForce] {
        settings.filter { $0.elsewhere != nil && !isGiven($0.name) }
            .map { DefaultInForce(pointer: pointer.appending($0.name), setting: $0) }
    }
}

extension JSONWriter {
    /// `defaults`: what was left out where libraries differ; nothing, where nothing was.
    mutating func write(_ defaults: [DefaultInForce]) {
        guard !defaults.isEmpty else { return }
        array("defaults") { writer in
            for found in defaults {
                writer.object { writer in
                    writer.field("pointer", found.pointer.description)
                    switch found.setting.kind {
                    case .number(let value, _): writer.field("value", value)
                    case .flag(let value): writer.field("value", value)
                    case .word(let value, _), .text(let value): writer.field("value", value)
                    case .numbers, .optionalNumber, .size, .integer, .integers, .padding, .seed:
                        break
                    }
                    guard let elsewhere = found.setting.elsewhere else { return }
                    writer.field("keras", elsewhere.keras)
                    writer.field("pytorch", elsewhere.pytorch)
                }
            }
        }
    }
}
