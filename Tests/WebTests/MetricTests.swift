import Fleet
import FleetTestKit
import Testing

@testable import Web

@Suite("Metrics")
struct MetricTests {
  @Test("a metric says what it is before its samples")
  func form() {
    let metric = Metric(
      "roost_vms", "VMs by state.", [.init(labels: ["state": "running", "managed": "true"], value: 3)])
    #expect(
      metric.text == """
        # HELP roost_vms VMs by state.
        # TYPE roost_vms gauge
        roost_vms{state="running",managed="true"} 3

        """)
  }

  @Test("quotes, backslashes and line ends of a label can't end it")
  func escaping() {
    let metric = Metric("m", "a\nb\\", [.init(labels: ["fleet": "x\"} 1\nevil{a=\"\\"], value: 0.5)])
    #expect(metric.text == "# HELP m a\\nb\\\\\n# TYPE m gauge\nm{fleet=\"x\\\"} 1\\nevil{a=\\\"\\\\\"} 0.5\n")
  }

  @Test("figures become a sample for each state, host and limit")
  func figures() {
    let text = FleetMetrics.sample.metrics.map(\.text).joined()
    let lines = Set(text.split(separator: "\n").map(String.init))
    for line in [
      "roost_info{fleet=\"office\",version=\"1.2\"} 1", "roost_epoch 7",
      "roost_vms{state=\"running\",managed=\"true\"} 3", "roost_vms{state=\"running\",managed=\"false\"} 2",
      "roost_mac_addresses{state=\"allocated\"} 5", "roost_vnc_ports{state=\"allocated\"} 4", "roost_mac_conflicts 1",
      "roost_vnc_ports_limit 26868", "roost_vnc_ports_free 26868",
      "roost_host_state{host=\"h1\",state=\"cordoned\"} 1", "roost_host_state{host=\"h1\",state=\"ready\"} 0",
      "roost_host_data_age_seconds{host=\"h1\"} 8", "roost_host_vcpus_reserved{host=\"h1\"} 6",
      "roost_host_vcpus_limit{host=\"h1\"} 16", "roost_host_checks{host=\"h1\",result=\"fail\"} 1",
    ] {
      #expect(lines.contains(line), "\(line) is missing")
    }
    #expect(!text.contains("roost_host_data_age_seconds{host=\"h2\"}"), "a host that never reported has no age")
  }
}
