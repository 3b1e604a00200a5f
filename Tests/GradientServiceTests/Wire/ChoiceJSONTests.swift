import JSON
import NeuralNetwork
import Testing
import Training

@testable import GradientService

struct ChoiceJSONTests {
    private let activation = FieldDecoder<Chosen<Activation>>.choice(
        "activation", among: Activation.choices)
    private let loss = FieldDecoder<Chosen<Loss>>.choice("loss", among: Loss.choices)
    private let optimizer = FieldDecoder<Chosen<any Optimizer>>.choice(
        "optimizer", among: optimizers)

    @Test func `every bare name gives the thing with its defaults`() throws {
        for choice in Activation.choices {
            #expect(
                try activation.decode(parsed(#""\#(choice.name)""#)).value == choice.byDefault)
        }
        for choice in Loss.choices {
            #expect(try loss.decode(parsed(#""\#(choice.name)""#)).value == choice.byDefault)
        }
    }

    @Test func `an object with its type alone is the bare name`() throws {
        #expect(
            try activation.decode(parsed(#"{"type": "elu"}"#)).value == .elu(alpha: 1))
    }

    @Test func `settings are taken, each of its kind, and the others keep their defaults`() throws {
        #expect(
            try activation.decode(parsed(#"{"slope": 0.25, "type": "leaky_relu"}"#)).value
                == .leakyReLU(slope: 0.25))
        let text = #"{"type": "binary_crossentropy", "from_logits": true}"#
        #expect(
            try loss.decode(parsed(text)).value
                == .binaryCrossentropy(fromLogits: true, outputs: .sum))
        let mean = #"{"type": "binary_crossentropy", "outputs": "mean"}"#
        #expect(
            try loss.decode(parsed(mean)).value
                == .binaryCrossentropy(fromLogits: false, outputs: .mean))
    }

    @Test(arguments: [
        ("swish", "silu"), ("Swish", "silu"), ("identity", "linear"), ("LeakyReLU", "leaky_relu"),
        ("logistic", "sigmoid"), ("rellu", "relu"), ("none", "linear"),
    ])
    func `another library's name is refused with ours`(name: String, ours: String) throws {
        #expect(
            try faults(#""\#(name)""#, activation.decode)
                == [Fault("", "unknown activation \"\(name)\"", hint: "did you mean \"\(ours)\"?")])
    }

    @Test func `every other name that is declared leads to its own choice`() throws {
        for choice in Loss.choices {
            for other in choice.otherNames {
                let found = try faults(#"{"type": "\#(other)"}"#, loss.decode)
                #expect(
                    found == [
                        Fault(
                            "/type", "unknown loss \"\(other)\"",
                            hint: "did you mean \"\(choice.name)\"?")
                    ])
            }
        }
    }

    @Test func `a name like none is refused with all there are`() throws {
        let found = try faults(#""newton""#, optimizer.decode)
        let known = optimizers.map(\.name).joined(separator: ", ")
        #expect(
            found == [Fault("", #"unknown optimizer "newton""#, hint: "known: \(known)")])
    }

    @Test func `several settings that are wrong are told together, each by its pointer`() throws {
        let text =
            #"{"type": "adam", "beta_1": 1, "beta_2": "x", "epsilon": -1, "momentum": 0.9}"#
        #expect(
            try faults(text, optimizer.decode) == [
                Fault("/beta_1", "1.0 is out of range: expected 0.0 to 0.999999999"),
                Fault("/beta_2", "expected a number, found a string"),
                Fault("/epsilon", "-1.0 is out of range: expected 0.0 to 1.0"),
                Fault(
                    "/momentum", #"unknown field "momentum""#,
                    hint: "known: type, beta_1, beta_2, epsilon, style, weight_decay"),
            ])
    }

    @Test func `a setting that the style has not is refused`() throws {
        let text = #"{"type": "adam", "style": "course", "weight_decay": 0.1}"#
        #expect(
            try faults(text, optimizer.decode) == [
                Fault(
                    "/weight_decay", #""weight_decay" is not a setting of style "course""#,
                    hint: #"it is one of "keras" and "pytorch""#)
            ])
    }

    @Test func `a setting of another choice is an unknown field`() throws {
        #expect(
            try faults(#"{"type": "relu", "slope": 0.1}"#, activation.decode)
                == [Fault("/slope", #"unknown field "slope""#, hint: "known: type")])
    }

    @Test func `a word among the settings is checked and its like is suggested`() throws {
        let text = #"{"type": "momentum", "style": "kreas"}"#
        #expect(
            try faults(text, optimizer.decode)
                == [Fault("/style", #"unknown style "kreas""#, hint: #"did you mean "keras"?"#)])
    }

    @Test func `an object without a type is told so, and its fields are not judged`() throws {
        #expect(
            try faults(#"{"slope": 9, "x": 1}"#, activation.decode)
                == [Fault("", #""type" is missing"#)])
    }

    @Test(arguments: [
        ("3", "a number"), ("[]", "an array"), ("null", "null"), ("true", "a boolean"),
    ])
    func `neither a name nor an object is refused`(text: String, kind: String) throws {
        #expect(
            try faults(text, activation.decode) == [
                Fault(
                    "",
                    "expected the name of an activation, or an object with its \"type\", found "
                        + kind)
            ])
    }

    @Test(arguments: [
        (#""sgd""#, #"{"x":{"type":"sgd","weight_decay":0.0}}"#),
        (
            #""momentum""#,
            #"{"x":{"type":"momentum","momentum":0.9,"nesterov":false,"style":"keras","#
                + #""weight_decay":0.0}}"#
        ),
        (
            #"{"type": "momentum", "style": "course", "momentum": 0.5}"#,
            #"{"x":{"type":"momentum","momentum":0.5,"nesterov":false,"style":"course"}}"#
        ),
        (
            #"{"type": "adadelta", "style": "pytorch"}"#,
            #"{"x":{"type":"adadelta","rho":0.9,"epsilon":1e-06,"style":"pytorch","#
                + #""weight_decay":0.0}}"#
        ),
    ])
    func `a thing is written as a request may give it, all settings told`(
        text: String, written: String
    ) throws {
        let chosen = try optimizer.decode(parsed(text))
        var writer = JSONWriter()
        writer.object { $0.field("x", chosen) }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == written)
    }

    @Test func `every loss that is written is read back as the same`() throws {
        for choice in Loss.choices {
            var writer = JSONWriter()
            writer.object { $0.field("x", Chosen(bareName: choice.name, among: Loss.choices)) }
            let text = try #require(
                try parsed(String(decoding: writer.bytes, as: UTF8.self))["/x"])
            #expect(try loss.decode(text).value == choice.byDefault)
        }
    }
}
