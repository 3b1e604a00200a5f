import JSON
import NeuralNetwork
import Testing
import Training

@testable import GradientService

/// Settings that must be given, lists of numbers, and values that only do together.
struct ScheduleJSONTests {
    private let schedule = FieldDecoder<Chosen<any Schedule>>.choice("schedule", among: schedules)

    private func written(_ text: String) throws -> String {
        let chosen = try schedule.decode(parsed(text))
        var writer = JSONWriter()
        writer.object { $0.field("x", chosen) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `a bare name whose thing must have settings is refused with how to give them`()
        throws
    {
        #expect(
            try faults(#""cosine""#, schedule.decode) == [
                Fault(
                    "", #""decay_steps" is missing"#,
                    hint: #"cosine is an object with its settings: "#
                        + #"{"type": "cosine", "decay_steps": …}"#)
            ])
    }

    @Test func `an object without what it must have is refused`() throws {
        #expect(
            try faults(#"{"type": "piecewise_constant", "boundaries": [1]}"#, schedule.decode)
                == [Fault("", #""values" is missing"#)])
    }

    @Test func `values that are each right and together wrong are refused by their field`() throws {
        let text = #"{"type": "piecewise_constant", "boundaries": [2, 5], "values": [1, 0.5]}"#
        #expect(
            try faults(text, schedule.decode) == [
                Fault("/values", "has 2 numbers, expected 3 (one more than boundaries)")
            ])
    }

    @Test func `where a value is at fault itself the others are not judged by it`() throws {
        let text = #"{"type": "piecewise_constant", "boundaries": [5, 2], "values": [1, -1, 2]}"#
        #expect(
            try faults(text, schedule.decode).map(\.pointer) == ["/values/1"])
    }

    @Test(arguments: [
        #"{"type": "piecewise_constant", "boundaries": 3, "values": 1}"#,
        #"{"type": "piecewise_constant", "boundaries": [3], "values": [1]}"#,
        #"{"type": "piecewise_constant", "boundaries": [3], "values": [1, "x"]}"#,
        #"{"type": "cosine", "decay_steps": 0}"#,
        #"{"type": "cosine", "decay_steps": 3, "warmup_target": null}"#,
        #"{"type": "reduce_on_plateau", "monitor": 3}"#,
        #"{"type": "inverse_time", "unit": "day"}"#,
    ])
    func `what is of the wrong kind, or too short, is refused`(text: String) throws {
        #expect(!(try faults(text, schedule.decode).isEmpty))
    }

    @Test(arguments: [
        (#""constant""#, #"{"x":"constant"}"#),
        (
            #"{"type": "piecewise_constant", "values": [1, 0.5, 0.25], "boundaries": [2, 5]}"#,
            #"{"x":{"type":"piecewise_constant","boundaries":[2,5],"values":[1.0,0.5,0.25],"#
                + #""unit":"epoch"}}"#
        ),
        (
            #"{"type": "cosine", "decay_steps": 5}"#,
            #"{"x":{"type":"cosine","decay_steps":5,"alpha":0.0,"warmup_steps":0,"unit":"epoch"}}"#
        ),
        (
            #"{"type": "cosine", "decay_steps": 5, "warmup_target": 0.5, "unit": "step"}"#,
            #"{"x":{"type":"cosine","decay_steps":5,"alpha":0.0,"warmup_target":0.5,"#
                + #""warmup_steps":0,"unit":"step"}}"#
        ),
        (
            #"{"type": "reduce_on_plateau", "monitor": "cost:mean"}"#,
            #"{"x":{"type":"reduce_on_plateau","monitor":"cost:mean","factor":0.1,"#
                + #""patience":10,"min_delta":1e-04,"cooldown":0,"min_lr":0.0,"mode":"auto"}}"#
        ),
    ])
    func `a schedule is written as a request may give it`(text: String, written: String) throws {
        #expect(try self.written(text) == written)
    }
}
