"""The manifests of Docker/kubernetes: valid, restricted, and in step with one another.

Without a cluster and without kustomize: what a kustomization names is read as kustomize would.
"""

import re
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "Docker/kubernetes"
# The oldest that is still widely run, and the newest that the schemas are known of.
VERSIONS = ["1.29", kubernetes_validate.latest_version()]
KUSTOMIZATION_FIELDS = {"apiVersion", "kind", "resources", "labels", "secretGenerator", "images"}


def kustomization(folder):
    return yaml.safe_load((folder / "kustomization.yaml").read_text())


def resources(folder):
    """Every manifest that a kustomization names, and those of what it is laid over."""
    found = []
    for name in kustomization(folder)["resources"]:
        path = (folder / name).resolve()
        if path.is_dir():
            found += resources(path)
        else:
            found += yaml.safe_load_all(path.read_text())
    return found


ALL = resources(FOLDER / "runs")
WORKLOADS = [each for each in ALL if each["kind"] in ("Deployment", "StatefulSet")]


def name_of(manifest):
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def pod(workload):
    return workload["spec"]["template"]["spec"]


def container(workload):
    (only,) = pod(workload)["containers"]
    return only


def options(workload):
    """The options that the program is started with."""
    command, *given = container(workload)["args"]
    assert command == "serve"
    return dict(option.removeprefix("--").split("=", 1) for option in given)


def labels(workload):
    return workload["spec"]["template"]["metadata"]["labels"]


def selected(selector):
    """The workloads whose pods have all of these labels."""
    return [each for each in WORKLOADS if selector.items() <= labels(each).items()]


of_each_workload = pytest.mark.parametrize("workload", WORKLOADS, ids=name_of)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("manifest", ALL, ids=name_of)
def test_a_manifest_has_no_field_that_kubernetes_does_not_know(manifest, version):
    kubernetes_validate.validate(manifest, version, strict=True)


def test_every_file_is_named_by_a_kustomization():
    named = {(folder / name).resolve() for folder in (FOLDER / "base", FOLDER / "runs")
             for name in kustomization(folder)["resources"]}
    files = {path for path in FOLDER.glob("*/*.yaml") if path.name != "kustomization.yaml"}
    assert files == {path for path in named if path.is_file()}
    for folder in (FOLDER / "base", FOLDER / "runs"):
        assert kustomization(folder).keys() <= KUSTOMIZATION_FIELDS
    assert len({name_of(each) for each in ALL}) == len(ALL)


def test_no_token_is_in_the_repository():
    (secret,) = kustomization(FOLDER / "base")["secretGenerator"]
    for name in secret["files"]:
        path = FOLDER / "base" / name
        assert str(path.relative_to(ROOT)) in (ROOT / ".gitignore").read_text().splitlines()
        example = path.with_name(path.stem + ".example" + path.suffix).read_text()
        assert all(line.startswith("#") for line in example.splitlines())
    for workload in WORKLOADS:
        (volume,) = [each for each in pod(workload)["volumes"] if "secret" in each]
        (mount,) = [each for each in container(workload)["volumeMounts"]
                    if each["name"] == volume["name"]]
        assert volume["secret"]["secretName"] == secret["name"]
        assert options(workload)["token-file"] == f"{mount['mountPath']}/{secret['files'][0]}"


@of_each_workload
def test_a_pod_keeps_the_restricted_standard(workload):
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    spec, security = pod(workload), pod(workload)["securityContext"]
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers", "hostUsers"} & spec.keys()
    assert security["runAsNonRoot"] is True and security["runAsUser"] > 0
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert all(set(each) - {"name"} <= {"secret", "emptyDir", "persistentVolumeClaim"}
               for each in spec["volumes"])
    assert spec["automountServiceAccountToken"] is False
    assert container(workload)["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]}}
    assert not any("hostPort" in port for port in container(workload)["ports"])


@of_each_workload
def test_the_user_is_the_one_of_the_image(workload):
    user = re.search(r"^USER (\d+)", (ROOT / "Docker/Dockerfile").read_text(), re.MULTILINE)[1]
    security = pod(workload)["securityContext"]
    assert security["runAsUser"] == security["fsGroup"] == int(user)


@of_each_workload
def test_a_pod_is_not_killed_before_it_has_drained(workload):
    given = options(workload)
    drain = int(given.get("drain-delay", 0)) + int(given["drain-seconds"])
    # A second for what is cancelled, and the rest for trainings to be stored.
    assert drain + 5 <= pod(workload)["terminationGracePeriodSeconds"] <= drain + 60


def test_a_replica_is_known_as_not_ready_before_it_stops_to_listen():
    (replica,) = [each for each in WORKLOADS if each["kind"] == "Deployment"]
    probe = container(replica)["readinessProbe"]
    noticed = probe["periodSeconds"] * probe["failureThreshold"] + probe["timeoutSeconds"]
    assert noticed < int(options(replica)["drain-delay"])


@of_each_workload
def test_probes_ask_what_they_are_for(workload):
    ports = {port["name"] for port in container(workload)["ports"]}
    for probe, path in [("startupProbe", "/healthz"), ("livenessProbe", "/healthz"),
                        ("readinessProbe", "/readyz")]:
        asked = container(workload)[probe]["httpGet"]
        assert asked["path"] == path and asked["port"] in ports


@of_each_workload
def test_a_workload_selects_its_own_pods_alone(workload):
    assert selected(workload["spec"]["selector"]["matchLabels"]) == [workload]
    resources = container(workload)["resources"]
    assert resources["requests"].keys() >= {"cpu", "memory"} and "memory" in resources["limits"]


def test_services_budget_and_policy_select_what_they_are_for():
    kinds = {name_of(each): each for each in ALL}
    for service, kind in [("gradientd", "Deployment"), ("gradientd-runs", "StatefulSet")]:
        spec = kinds[f"Service/{service}"]["spec"]
        (workload,) = selected(spec["selector"])
        assert workload["kind"] == kind
        assert {port["targetPort"] for port in spec["ports"]} <= {
            port["name"] for port in container(workload)["ports"]}
    (replica,) = selected(kinds["PodDisruptionBudget/gradientd"]["spec"]["selector"]["matchLabels"])
    assert replica["kind"] == "Deployment"
    policy = kinds["NetworkPolicy/gradientd"]["spec"]
    assert selected(policy["podSelector"]["matchLabels"]) == WORKLOADS
    for rule in policy["ingress"]:
        for port in rule["ports"]:
            assert all(port["port"] in {named["name"] for named in container(each)["ports"]}
                       for each in WORKLOADS)
    runs = kinds["StatefulSet/gradientd-runs"]
    assert runs["spec"]["serviceName"] == "gradientd-runs" and runs["spec"]["replicas"] == 1


def test_replicas_are_scaled_by_something_that_is_measured(client):
    (scaler,) = [each for each in ALL if each["kind"] == "HorizontalPodAutoscaler"]
    target = scaler["spec"]["scaleTargetRef"]
    (replica,) = [each for each in WORKLOADS
                  if name_of(each) == f"{target['kind']}/{target['name']}"]
    assert "replicas" not in replica["spec"]  # Or each apply would undo what the autoscaler did.
    (metric,) = [each["pods"]["metric"]["name"] for each in scaler["spec"]["metrics"]
                 if each["type"] == "Pods"]
    assert f"\n{metric} " in client.get("/metrics").text
    assert scaler["spec"]["minReplicas"] >= 2  # One, while the other is replaced.


def test_the_volume_has_room_for_what_is_kept():
    (runs,) = [each for each in WORKLOADS if each["kind"] == "StatefulSet"]
    (claim,) = runs["spec"]["volumeClaimTemplates"]
    (mount,) = [each for each in container(runs)["volumeMounts"]
                if each["name"] == claim["metadata"]["name"]]
    assert options(runs)["data-dir"].startswith(mount["mountPath"] + "/")
    room = claim["spec"]["resources"]["requests"]["storage"].removesuffix("Gi")
    assert int(options(runs)["kept-bytes"].removesuffix("G")) < int(room)
