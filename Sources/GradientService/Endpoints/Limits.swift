import HTTP
import JSON
import NeuralNetwork

extension Endpoint {
    /// `/limits`: what a request may ask for, and what computes it.
    static let limits = Endpoint.reading("/limits") { writer, service in
        writer.object("request") { writer in
            writer.field("body_bytes", service.http.bodyBytes)
            writer.field("nesting_depth", service.limits.nestingDepth)
            writer.field("layers", service.limits.layers)
            writer.field("parameters", service.limits.parameters)
            writer.field("operations", service.limits.operations)
            writer.field("array_bytes", service.limits.bytes)
            writer.field("training_steps", service.limits.steps)
        }
        writer.object("message") { writer in
            writer.field("target_bytes", service.http.targetBytes)
            writer.field("field_bytes", service.http.fieldBytes)
            writer.field("field_count", service.http.fieldCount)
            writer.field("bytes_per_second", service.http.bytesPerSecond)
        }
        writer.object("seconds") { writer in
            writer.field("head", service.http.headTime.seconds)
            writer.field("body", service.http.bodyTime.seconds)
            writer.field("idle", service.http.idleTime.seconds)
            writer.field("write", service.http.writeTime.seconds)
            writer.field("presence", service.http.presenceTime.seconds)
            writer.field("computing", service.http.computingTime.seconds)
            writer.field("linger", service.http.lingerTime.seconds)
        }
        writer.object("concurrency") { writer in
            writer.field("connections", service.http.connections)
            writer.field("computing", service.http.computing)
            writer.field("waiting", service.http.waiting)
        }
        writer.object("backend") { writer in
            writer.field("name", Backend.name)
            writer.field("threads", Backend.workers)
        }
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
