import HTTP

/// The files of the page, each of the folder `Page`.
enum Page {
    static let files = [
        Asset("index.html", PackageResources.index_html),
        Asset("actions.js", PackageResources.actions_js),
        Asset("boundary.js", PackageResources.boundary_js),
        Asset("changes.js", PackageResources.changes_js),
        Asset("chart.js", PackageResources.chart_js),
        Asset("check.css", PackageResources.check_css),
        Asset("check.js", PackageResources.check_js),
        Asset("clipboard.js", PackageResources.clipboard_js),
        Asset("colours.js", PackageResources.colours_js),
        Asset("contour.js", PackageResources.contour_js),
        Asset("conventions.js", PackageResources.conventions_js),
        Asset("data.js", PackageResources.data_js),
        Asset("datapicture.js", PackageResources.datapicture_js),
        Asset("dataset.js", PackageResources.dataset_js),
        Asset("dialogs.js", PackageResources.dialogs_js),
        Asset("digits.js", PackageResources.digits_js),
        Asset("docs-missing.html", PackageResources.docs_missing_html),
        Asset("docs.css", PackageResources.docs_css),
        Asset("docs.html", PackageResources.docs_html),
        Asset("docs.js", PackageResources.docs_js),
        Asset("dom.js", PackageResources.dom_js),
        Asset("drawing.js", PackageResources.drawing_js),
        Asset("equation.js", PackageResources.equation_js),
        Asset("exercise.js", PackageResources.exercise_js),
        Asset("faults.js", PackageResources.faults_js),
        Asset("flower.js", PackageResources.flower_js),
        Asset("formula.js", PackageResources.formula_js),
        Asset("graph.js", PackageResources.graph_js),
        Asset("heat.js", PackageResources.heat_js),
        Asset("iris.js", PackageResources.iris_js),
        Asset("layers.js", PackageResources.layers_js),
        Asset("lesson.js", PackageResources.lesson_js),
        Asset("link.js", PackageResources.link_js),
        Asset("literal.js", PackageResources.literal_js),
        Asset("live.js", PackageResources.live_js),
        Asset("main.js", PackageResources.main_js),
        Asset("names.js", PackageResources.names_js),
        Asset("network.css", PackageResources.network_css),
        Asset("network.js", PackageResources.network_js),
        Asset("number.js", PackageResources.number_js),
        Asset("numpy-code.js", PackageResources.numpy_code_js),
        Asset("numpy-parts.js", PackageResources.numpy_parts_js),
        Asset("numpy-random.js", PackageResources.numpy_random_js),
        Asset("page.css", PackageResources.page_css),
        Asset("parameters.js", PackageResources.parameters_js),
        Asset("parts.css", PackageResources.parts_css),
        Asset("passmap.js", PackageResources.passmap_js),
        Asset("paste-arrays.js", PackageResources.paste_arrays_js),
        Asset("paste-named.js", PackageResources.paste_named_js),
        Asset("paste-table.js", PackageResources.paste_table_js),
        Asset("paste.js", PackageResources.paste_js),
        Asset("request.js", PackageResources.request_js),
        Asset("scale.js", PackageResources.scale_js),
        Asset("service.js", PackageResources.service_js),
        Asset("share.js", PackageResources.share_js),
        Asset("stage.js", PackageResources.stage_js),
        Asset("state.js", PackageResources.state_js),
        Asset("steps.css", PackageResources.steps_css),
        Asset("steps.js", PackageResources.steps_js),
        Asset("tabs.js", PackageResources.tabs_js),
        Asset("takeaway.js", PackageResources.takeaway_js),
        Asset("tensors.js", PackageResources.tensors_js),
        Asset("theme.js", PackageResources.theme_js),
        Asset("tip.js", PackageResources.tip_js),
        Asset("training-loop.js", PackageResources.training_loop_js),
        Asset("training-planes.js", PackageResources.training_planes_js),
        Asset("training-replay.js", PackageResources.training_replay_js),
        Asset("training-run.js", PackageResources.training_run_js),
        Asset("training-settings.js", PackageResources.training_settings_js),
        Asset("training-words.js", PackageResources.training_words_js),
        Asset("training.css", PackageResources.training_css),
        Asset("training.js", PackageResources.training_js),
        Asset("verdicts.js", PackageResources.verdicts_js),
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0) })

    static func file(_ name: String) -> Asset? { byName[name] }
}

extension Endpoint {
    /// `/`: the page on which one sees gradients flow.
    static let page = Endpoint.page("/") { _, _ in "index.html" }

    /// `/page/{name}`: what the page is made of.
    static let pageFile = Endpoint.page("/page/{name}") { asked, _ in asked.parameters[0] }

    /// `/docs`: the contract, to be tried; without Swagger UI, how to get it.
    static let docs = Endpoint.page("/docs") { _, service in
        service.swaggerUI == nil ? "docs-missing.html" : "docs.html"
    }

    /// A path that a file of the page is answered at. It is open, since it holds no secret.
    private static func page(
        _ path: String, _ name: @escaping @Sendable (Asked, GradientService) -> String
    ) -> Endpoint {
        Endpoint(path: path, methods: ["GET", "HEAD"], place: .atOnce, isOpen: true) {
            asked, service throws(RequestError) in
            guard let file = Page.file(name(asked, service)) else {
                throw .unknownPath(asked.head.path)
            }
            return .now(file.response(to: asked))
        }
    }
}
