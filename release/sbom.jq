# An SPDX document out of lines such as `anyhow v1.0.104|MIT OR Apache-2.0`, one a crate; our own have a
# path behind the version.
# <https://spdx.github.io/spdx-spec/v2.3/>

def package:
  capture("^(?<name>[^ ]+) v(?<version>[^ |]+)(?<ours> \\([^|]*\\))?\\|(?<licence>.*)$")
  | {
      SPDXID: "SPDXRef-\(.name)-\(.version | gsub("[^A-Za-z0-9.-]"; "-"))",
      name: .name,
      versionInfo: .version,
      downloadLocation: "NOASSERTION",
      filesAnalyzed: false,
      licenseDeclared: (if .licence == "" then "NOASSERTION" else .licence | gsub("/"; " OR ") end),
      externalRefs: [{
        referenceCategory: "PACKAGE-MANAGER",
        referenceType: "purl",
        referenceLocator: "pkg:cargo/\(.name)@\(.version)"
      }]
    };

[split("\n")[] | select(. != "") | package] as $packages
| {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: "greengate-\($version)",
    documentNamespace: "https://github.com/greengate/greengate/sbom/\($version)/\($commit)",
    creationInfo: {created: $created, creators: ["Tool: greengate/release/sbom.sh"]},
    packages: $packages,
    relationships: [
      {
        spdxElementId: "SPDXRef-DOCUMENT",
        relationshipType: "DESCRIBES",
        relatedSpdxElement: ($packages[] | select(.name == "greengate") | .SPDXID)
      },
      ($packages[] | select(.name != "greengate") | {
        spdxElementId: ($packages[] | select(.name == "greengate") | .SPDXID),
        relationshipType: "DEPENDS_ON",
        relatedSpdxElement: .SPDXID
      })
    ]
  }
