import HTTP
import JSON
import NeuralNetwork

extension Endpoint {
    /// `/limits`: what a request may ask for, and what computes it.
    static let limits = Endpoint.reading("/limits") { writer, service in
        writer.object("request") { writer in
            writer.field("body_bytes", service.http.bodyBytes)
            writer.field("nesting_depth", service.limits.nestingDepth)
            writer.field("numbers", service.limits.numbers)
            writer.field("layers", service.limits.layers)
            writer.field("parameters", service.limits.parameters)
            writer.field("operations", service.limits.operations)
            writer.field("detached_operations", service.limits.detachedOperations)
            writer.field("array_bytes", service.limits.bytes)
            writer.field("training_steps", service.limits.steps)
            writer.field("reported_numbers", service.limits.reportedNumbers)
        }
        writer.object("message") { writer in
            writer.field("target_bytes", service.http.targetBytes)
            writer.field("field_bytes", service.http.fieldBytes)
            writer.field("field_count", service.http.fieldCount)
            writer.field("bytes_per_second", service.http.bytesPerSecond)
        }
        writer.object("seconds") { writer in
            writer.field("head", service.http.headTime.inSeconds)
            writer.field("body", service.http.bodyTime.inSeconds)
            writer.field("idle", service.http.idleTime.inSeconds)
            writer.field("write", service.http.writeTime.inSeconds)
            writer.field("presence", service.http.presenceTime.inSeconds)
            writer.field("heartbeat", service.http.heartbeatTime.inSeconds)
            writer.field("computing", service.http.computingTime.inSeconds)
            writer.field("linger", service.http.lingerTime.inSeconds)
        }
        writer.object("concurrency") { writer in
            writer.field("body_bytes", service.http.bodiesBytesInForce)
            writer.field("memory_bytes", service.arrays.limit)
            writer.field("connections", service.http.connections)
            writer.field("connections_per_peer", service.http.connectionsPerPeer)
            writer.field("computing", service.http.computing)
            writer.field("waiting", service.http.waiting)
        }
        writer.object("caller") { writer in
            writer.field("requests_per_second", service.access.requestsPerSecond)
            writer.field("burst", service.access.burstInForce)
            writer.field("at_once", service.access.atOnce)
        }
        if let settings = service.trainings?.settings {
            writer.object("trainings") { $0.write(settings) }
        }
        writer.object("backend") { writer in
            writer.field("name", Backend.name)
            writer.field("threads", Backend.workers)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ settings: TrainingsSettings) {
        field("threads", settings.threads)
        field("attended_at_once", settings.attendedAtOnce)
        field("detached_at_once", settings.detachedAtOnce)
        field("checkpoint_seconds", settings.checkpointTime.inSeconds)
        field("kept_runs", settings.kept.runs)
        field("kept_bytes", settings.kept.bytes)
        field("kept_days", settings.kept.age / 86_400)
    }
}
