import Testing

@Suite("Scenarios")
struct ScenarioTests {
  static let stories = [
    """
    The seed's VM wants the bridge kvmbr0, which h2 alone has. It goes there, and the other hosts say why not.
    A second one of its kind finds h2 too small.

    host h1 vcpus=8 memory=16GiB disk=100GiB
    ----
    h1: ready

    host h2 vcpus=8 memory=16GiB disk=100GiB bridges=kvmbr0,virbr0
    ----
    h2: ready

    host h3 vcpus=8 memory=16GiB disk=100GiB
    ----
    h3: ready

    place test_ubuntu vcpus=8 memory=4GiB disk=1GiB machine=pc bridge=kvmbr0
    ----
    -> h2
    h1: bridge: wants bridge "kvmbr0", it has virbr0
    h3: bridge: wants bridge "kvmbr0", it has virbr0

    place again vcpus=8 memory=4GiB disk=1GiB machine=pc bridge=kvmbr0
    ----
    -> no host fits VM "again": all 3 hosts refuse it
    h1: bridge: wants bridge "kvmbr0", it has virbr0
    h2: vcpus: wants 8, 0 of 8 are free
    h3: bridge: wants bridge "kvmbr0", it has virbr0

    remove test_ubuntu
    ----
    test_ubuntu is gone from h2

    place again vcpus=8 memory=4GiB disk=1GiB machine=pc bridge=kvmbr0
    ----
    -> h2
    h1: bridge: wants bridge "kvmbr0", it has virbr0
    h3: bridge: wants bridge "kvmbr0", it has virbr0
    """,
    """
    Three equal hosts take VMs in turn. A cordoned one takes none, even if it was asked for by name, and a silent
    one none either.

    host h1 vcpus=8 memory=16GiB
    ----
    h1: ready

    host h2 vcpus=8 memory=16GiB
    ----
    h2: ready

    host h3 vcpus=8 memory=16GiB
    ----
    h3: ready

    place a
    ----
    -> h1

    place b
    ----
    -> h2

    place c
    ----
    -> h3

    host h2 state=cordoned
    ----
    h2: cordoned

    place d on=h2
    ----
    -> no host fits VM "d": all 3 hosts refuse it
    h1: host: only "h2" was asked for
    h2: state: is cordoned
    h3: host: only "h2" was asked for

    host h1 state=unreachable age=240
    ----
    h1: unreachable

    place d
    ----
    -> h3
    h1: state: is unreachable
    h2: state: is cordoned

    host h1 state=ready
    ----
    h1: ready

    place e
    ----
    -> h3
    h1: certainty: its data is 4 min old
    h2: state: is cordoned
    """,
    """
    Packing fills one host before it begins the next; a ratio of 2 sells each CPU twice, and memory once.

    host big vcpus=4 ratio=2 memory=16GiB disk=500GiB
    ----
    big: ready

    host small vcpus=4 ratio=2 memory=8GiB disk=500GiB
    ----
    small: ready

    place a vcpus=2 memory=4GiB policy=pack
    ----
    -> small

    place b vcpus=2 memory=4GiB policy=pack
    ----
    -> small

    place c vcpus=2 memory=4GiB policy=pack
    ----
    -> big
    small: memory: wants 4GiB, 0B of 8GiB is free

    hosts
    ----
    big: 2 vCPUs, 4GiB, 10GiB, 1 VMs
    small: 4 vCPUs, 8GiB, 20GiB, 2 VMs

    ask d vcpus=7 memory=1GiB
    ----
    -> no host fits VM "d": all 2 hosts refuse it
    big: vcpus: wants 7, 6 of 8 are free
    small: vcpus: wants 7, 4 of 8 are free
    """,
    """
    Only h2 runs guests under KVM. Who needs it goes there, who would like it goes there while there is room, and
    who wants none goes where most is left.

    host h1 kvm=no
    ----
    h1: ready

    host h2 vcpus=4
    ----
    h2: ready

    place needs accelerate=required
    ----
    -> h2
    h1: acceleration: wants KVM, no guest runs under KVM there

    place likes accelerate=preferred
    ----
    -> h2

    place likes-too accelerate=preferred
    ----
    -> h1
    h2: vcpus: wants 2, 0 of 4 are free

    place plain accelerate=none
    ----
    -> h1
    h2: vcpus: wants 2, 0 of 4 are free
    """,
  ]

  @Test("a story goes as it is told", arguments: stories)
  func story(_ text: String) throws {
    #expect(try Scenario.play(text) == text)
  }
}
