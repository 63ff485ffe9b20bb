"""What rdit tells a language server that its pages can do."""

from __future__ import annotations

from typing import Any

TOKEN_TYPES = [
    "namespace", "class", "parameter", "selfParameter", "clsParameter", "variable", "property", "function", "method",
    "keyword", "string", "number", "decorator", "builtinConstant", "typeParameter", "operator", "regexp",
]  # fmt: skip

TOKEN_MODIFIERS = ["definition", "readonly", "async", "documentation"]

EXPECTED: dict[str, dict[str, Any]] = {
    "ty": {
        "completionProvider": {"triggerCharacters": [".", '"', "'"]},
        "signatureHelpProvider": {"triggerCharacters": ["(", ","]},
        "semanticTokensProvider": {"legend": {"tokenTypes": TOKEN_TYPES, "tokenModifiers": TOKEN_MODIFIERS}},
    }
}
"""What of the servers' own capabilities a page is told, where they have not been able to say it yet."""

CLIENT_CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": False},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "diagnostics": {"refreshSupport": True},
        "workspaceEdit": {"documentChanges": False},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "symbol": {"symbolKind": {"valueSet": list(range(1, 27))}},
    },
    "textDocument": {
        "synchronization": {"dynamicRegistration": False},
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "documentationFormat": ["markdown"],
                "deprecatedSupport": True,
                "insertReplaceSupport": False,
                "labelDetailsSupport": True,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
            },
            "contextSupport": True,
        },
        "hover": {"contentFormat": ["markdown"]},
        "signatureHelp": {
            "signatureInformation": {
                "documentationFormat": ["markdown"],
                "parameterInformation": {"labelOffsetSupport": True},
                "activeParameterSupport": True,
            },
            "contextSupport": True,
        },
        "definition": {"linkSupport": False},
        "declaration": {"linkSupport": False},
        "typeDefinition": {"linkSupport": False},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "diagnostic": {"dynamicRegistration": False, "relatedDocumentSupport": False},
        "publishDiagnostics": {
            "relatedInformation": True,
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "codeAction": {
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["quickfix", "source", "source.fixAll", "source.organizeImports"]}
            },
            "dataSupport": True,
            "isPreferredSupport": True,
            "disabledSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "rename": {"prepareSupport": True, "prepareSupportDefaultBehavior": 1},
        "semanticTokens": {
            "requests": {"full": True, "range": False},
            "tokenTypes": TOKEN_TYPES,
            "tokenModifiers": TOKEN_MODIFIERS,
            "formats": ["relative"],
            "multilineTokenSupport": True,
        },
        "inlayHint": {"dynamicRegistration": False},
        "foldingRange": {"lineFoldingOnly": False},
        "selectionRange": {"dynamicRegistration": False},
    },
}
