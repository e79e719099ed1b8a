package main

import (
	"slices"

	"github.com/cattlegrid/cattlegrid/sms/aliyun"
	"github.com/cattlegrid/cattlegrid/sms/huawei"
	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/tencent"
	"github.com/cattlegrid/cattlegrid/sms/yuntongxun"
)

// filing is where the templates of a provider are set, besides those in sms.templates, and what it wants of them.
type filing struct {
	section   string // of the configuration
	rules     template.Rules
	signature string   // of templates that name none; "" if the provider knows it, or there is none
	id        string   // of the template that takes what no other does; "" if there is none
	variables []string // of that template

	abroadUnsigned bool // the signature is for the mainland
	mainlandOnly   bool // it sends nowhere else
}

func aliyunFiling(c *smsConfig) filing {
	a := c.Aliyun
	return filing{section: "sms.aliyun", rules: aliyun.Rules, signature: a.Signature, id: a.Template, variables: a.Variables}
}

func verificationFiling(c *smsConfig) filing {
	a := c.AliyunVerification
	return filing{
		section: "sms.aliyun_verification", rules: aliyun.VerificationRules, signature: a.Signature, id: a.Template, variables: a.Variables,
		mainlandOnly: true,
	}
}

func tencentFiling(c *smsConfig) filing {
	t := c.Tencent
	return filing{
		section: "sms.tencent", rules: tencent.Rules, signature: t.Signature, id: t.Template, variables: t.Variables,
		abroadUnsigned: true,
	}
}

func yuntongxunFiling(c *smsConfig) filing {
	y := c.Yuntongxun
	return filing{section: "sms.yuntongxun", rules: yuntongxun.Rules, id: y.Template, variables: y.Variables, mainlandOnly: true}
}

func huaweiFiling(c *smsConfig) filing {
	h := c.Huawei
	return filing{section: "sms.huawei", rules: huawei.Rules, id: h.Template, variables: h.Variables}
}

// filed is the templates of a provider as they leave: with the signature of the section where they name none.
func (c *config) filed(provider string, f filing) template.Table {
	table := c.table(provider, f.id, f.variables)
	for i := range table {
		if f.signs(table[i]) {
			table[i].Signature = f.signature
		}
	}
	return table
}

// signs reports whether the signature of the section is that of a template.
func (f filing) signs(t template.Template) bool {
	return t.Signature == "" && (!f.abroadUnsigned || slices.Contains([]string{"", "CN"}, t.Country))
}
